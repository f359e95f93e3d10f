import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi, NetworkError } from "../../static/js/core/api.js";
import { createSearch } from "../../static/js/core/search.js";

/** @param {number} id */
const result = id => ({ message: { id }, room: { id: 1 }, snippet: [] });

/** A server that answers when it is told to, also when nobody waits any more. */
function slowServer() {
  /** @type {{q: string, cursor?: string, sort: string, answer: (ids: number[], next?: string) => Promise<void>, fail: () => Promise<void>}[]} */
  const asked = [];
  const ask = question =>
    new Promise((resolve, reject) => {
      const settled = async act => {
        act();
        await new Promise(done => setTimeout(done));
      };
      asked.push({
        ...question,
        answer: (ids, next = null) => settled(() => resolve({ results: ids.map(result), next, unknown: [] })),
        fail: () => settled(() => reject(new Error("no network"))),
      });
    });
  return { asked, search: createSearch({ ask: /** @type {any} */ (ask) }) };
}

const ids = search => search.state.value.results.map(({ message }) => message.id);

test("The answer to an older question never replaces the newer one", async () => {
  const { asked, search } = slowServer();
  search.search("배", "relevance");
  search.search("배포", "relevance");
  await asked[1].answer([2]);
  await asked[0].answer([1]);

  assert.equal(search.state.value.query, "배포");
  assert.deepEqual(ids(search), [2]);
});

test("An older question that fails late says nothing", async () => {
  const { asked, search } = slowServer();
  search.search("배", "relevance");
  search.search("배포", "relevance");
  await asked[1].answer([2]);
  await asked[0].fail();

  assert.equal(search.state.value.status, "done");
});

test("The results of before stay until the new ones are there", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([1]);
  search.search("배포 일정", "relevance");
  assert.equal(search.state.value.status, "loading");
  assert.deepEqual(ids(search), [1]);
});

test("The next page comes behind the first, without what is there already", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "newest");
  await asked[0].answer([5, 4], "c1");
  search.more();
  search.more();
  await asked[1].answer([4, 3]);

  assert.equal(asked.length, 2);
  assert.deepEqual([asked[1].cursor, asked[1].sort], ["c1", "newest"]);
  assert.deepEqual(ids(search), [5, 4, 3]);
  assert.equal(search.state.value.next, null);
});

test("A next page that fails keeps what is there and can be asked for again", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([2], "c1");
  search.more();
  await asked[1].fail();
  assert.deepEqual([search.state.value.more, ids(search)], ["failed", [2]]);

  search.more();
  await asked[2].answer([1]);
  assert.deepEqual([search.state.value.more, ids(search)], ["", [2, 1]]);
});

test("The next page of an older search never joins the newer one", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([2], "c1");
  search.more();
  search.search("회의", "relevance");
  await asked[2].answer([9]);
  await asked[1].answer([1]);

  assert.deepEqual(ids(search), [9]);
});

test("Going back shows every page of a finished search without asking again", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([2], "c1");
  search.more();
  await asked[1].answer([1]);
  search.search("회의", "relevance");

  assert.equal(search.restore("배포 ", "relevance"), true);
  assert.deepEqual(ids(search), [2, 1]);
  assert.equal(asked.length, 3);
  assert.equal(search.restore("배포", "newest"), false);
});

test("What was deleted leaves the results, also those that are only held", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([2, 1]);
  search.search("회의", "relevance");
  await asked[1].answer([2]);
  search.drop(({ message }) => message.id === 2);

  assert.deepEqual(ids(search), []);
  search.restore("배포", "relevance");
  assert.deepEqual(ids(search), [1]);
});

test("What was deleted leaves the context of other results", async () => {
  const search = createSearch({
    ask: async () => ({ results: [{ ...result(2), before: { id: 1, text: "secret" } }], next: null }),
  });
  await search.search("배포", "relevance");
  search.dropBefore(1);

  assert.equal(search.state.value.results[0].before, null);
  search.restore("배포", "relevance");
  assert.equal(search.state.value.results[0].before, null);
});

test("What is shown is asked for again as far as it is shown, and says so only by what has gone", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([4, 3], "c1");
  search.more();
  await asked[1].answer([2], "c2");
  search.refresh();
  assert.equal(search.state.value.status, "done");
  await asked[2].answer([4, 2], "c3");
  await asked[3].answer([1]);

  assert.equal(asked[3].cursor, "c3");
  assert.deepEqual(ids(search), [4, 2, 1]);
});

test("Asking again never replaces what was searched for meanwhile", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([4]);
  search.refresh();
  search.search("회의", "relevance");
  await asked[2].answer([9]);
  await asked[1].answer([3]);

  assert.deepEqual(ids(search), [9]);
});

test("A page that is empty and not the last is asked on from", async () => {
  const { asked, search } = slowServer();
  search.search("배포", "relevance");
  await asked[0].answer([], "c1");
  assert.equal(search.state.value.status, "loading");
  await asked[1].answer([7]);

  assert.equal(asked[1].cursor, "c1");
  assert.deepEqual([search.state.value.status, ids(search)], ["done", [7]]);
});

test("Nothing is asked for without words", () => {
  const { asked, search } = slowServer();
  search.search("   ", "relevance");
  assert.equal(asked.length, 0);
  assert.equal(search.state.value.status, "idle");
});

test("A request that nobody waits for any more is given up", async () => {
  const fetch = (_address, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  const asking = new AbortController();
  const answer = createApi({ csrfToken: "", fetch }).search({ q: "배포" }, asking.signal);
  asking.abort();

  await assert.rejects(answer, NetworkError);
});
