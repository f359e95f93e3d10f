/**
 * One search at a time: the newest question wins, whatever order the answers come in. Finished searches are held for a
 * while, so that going back shows what was there.
 */
import { signal } from "../../vendor/signals-core/signals-core.module.js";

/** @typedef {import("./types.js").SearchResult} SearchResult */
/** @typedef {import("./types.js").SearchAnswer} SearchAnswer */
/** @typedef {"relevance" | "newest"} Sort */
/** @typedef {{q: string, sort: Sort, cursor?: string}} Question */

/**
 * @typedef {object} SearchState
 * @property {string} query
 * @property {Sort} sort
 * @property {"idle" | "loading" | "done" | "failed"} status of the first page
 * @property {readonly SearchResult[]} results while the first page loads: those of the search before
 * @property {string | null} next
 * @property {readonly string[]} unknown operators that name nothing here, as they were typed: then nothing is found
 * @property {unknown} error
 * @property {"" | "loading" | "failed"} more how the next page fares
 */

/** @type {SearchState} */
const nothing = {
  query: "",
  sort: "relevance",
  status: "idle",
  results: [],
  next: null,
  unknown: [],
  error: null,
  more: "",
};
const mostHeld = 8;
/** The server looks for a second at a time; so often it is asked on for the first result. */
const mostEmptyPages = 30;

/**
 * @param {object} options
 * @param {(question: Question, signal: AbortSignal) => Promise<SearchAnswer>} options.ask
 */
export function createSearch({ ask }) {
  const state = signal(nothing);
  /** Finished searches, the latest last. @type {Map<string, SearchState>} */
  const held = new Map();
  let asking = new AbortController();

  /** @param {SearchState} next */
  function become(next) {
    state.value = next;
    if (next.status !== "done") return;
    const key = keyOf(next);
    held.delete(key);
    held.set(key, next);
    const [oldest] = held.keys();
    if (held.size > mostHeld && oldest !== undefined) held.delete(oldest);
  }

  /** Nobody waits for what was asked before. */
  function stopAsking() {
    asking.abort();
    asking = new AbortController();
    return asking.signal;
  }

  /**
   * @param {string} query
   * @param {Sort} sort
   */
  async function search(query, sort) {
    const wanted = { ...nothing, query: query.trim(), sort };
    const signal = stopAsking();
    if (!wanted.query) return become(wanted);
    become({ ...wanted, status: "loading", results: state.peek().results });
    try {
      const page = await askPage({ q: wanted.query, sort }, signal);
      if (!signal.aborted) become({ ...wanted, status: "done", ...page });
    } catch (error) {
      if (!signal.aborted) become({ ...wanted, status: "failed", error });
    }
  }

  /**
   * A page may be empty and not be the last: then the server has looked as far as its patience goes.
   * @param {Question} question
   * @param {AbortSignal} signal
   */
  async function askPage(question, signal) {
    let page = pageOf(await ask(question, signal));
    for (let i = 0; i < mostEmptyPages && page.next && !page.results.length && !signal.aborted; i += 1)
      page = pageOf(await ask({ ...question, cursor: page.next }, signal));
    return page;
  }

  /** The next page, behind what is there. */
  async function more() {
    const before = state.peek();
    if (before.status !== "done" || !before.next || before.more === "loading") return;
    const { signal } = asking;
    become({ ...before, more: "loading" });
    try {
      const page = await askPage({ q: before.query, sort: before.sort, cursor: before.next }, signal);
      if (signal.aborted) return;
      become({ ...state.peek(), ...page, results: joined(state.peek().results, page.results), more: "" });
    } catch {
      if (!signal.aborted) become({ ...state.peek(), more: "failed" });
    }
  }

  /** Ask again for what is shown, without a word: what cannot be told from events may have gone. */
  async function refresh() {
    const before = state.peek();
    if (before.status !== "done" || before.more === "loading") return;
    const { signal } = asking;
    const question = { q: before.query, sort: before.sort };
    try {
      let page = await askPage(question, signal);
      while (page.next && page.results.length < before.results.length && !signal.aborted) {
        const next = await askPage({ ...question, cursor: page.next }, signal);
        page = { ...next, results: joined(page.results, next.results) };
      }
      if (!signal.aborted && state.peek() === before) become({ ...before, ...page });
    } catch {
      // What is shown stays; the next snapshot asks again.
    }
  }

  /** @param {(results: readonly SearchResult[]) => readonly SearchResult[]} act on all that is held; gives the same when nothing changes */
  function change(act) {
    for (const [key, one] of held) {
      const results = act(one.results);
      if (results !== one.results) held.set(key, { ...one, results });
    }
    const now = state.peek();
    const results = act(now.results);
    if (results !== now.results) state.value = { ...now, results };
  }

  return {
    state: /** @type {import("./types.js").ReadonlySignal<SearchState>} */ (state),
    search,
    more,
    refresh,
    retry: () => search(state.peek().query, state.peek().sort),
    /**
     * Show a search that was finished before, as it was left.
     * @param {string} query
     * @param {Sort} sort
     * @returns {boolean} whether it was still held
     */
    restore(query, sort) {
      const found = held.get(keyOf({ query: query.trim(), sort }));
      if (!found) return false;
      stopAsking();
      become({ ...found, more: "" });
      return true;
    },
    /** What may not be seen any more leaves every result. @param {(result: SearchResult) => boolean} isGone */
    drop: isGone => change(results => (results.some(isGone) ? results.filter(not(isGone)) : results)),
    /** It leaves the context too. @param {number} messageId */
    dropBefore: messageId =>
      change(results =>
        results.some(({ before }) => before?.id === messageId)
          ? results.map(one => (one.before?.id === messageId ? { ...one, before: null } : one))
          : results,
      ),
    clear() {
      stopAsking();
      held.clear();
      state.value = nothing;
    },
  };
}

/** @typedef {ReturnType<typeof createSearch>} Search */

/** @param {{query: string, sort: Sort}} of */
const keyOf = ({ query, sort }) => `${sort} ${query}`;

/** @param {SearchAnswer} answer @returns {Pick<SearchState, "results" | "next" | "unknown">} */
const pageOf = ({ results, next, unknown }) => ({ results, next, unknown: unknown ?? [] });

/** Messages posted in between can push one over the edge of a page: it is shown once. @param {readonly SearchResult[]} before @param {readonly SearchResult[]} after */
function joined(before, after) {
  const known = new Set(before.map(({ message }) => message.id));
  return [...before, ...after.filter(({ message }) => !known.has(message.id))];
}

/** @template T @param {(thing: T) => boolean} test @returns {(thing: T) => boolean} */
const not = test => thing => !test(thing);
