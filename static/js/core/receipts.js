/**
 * Telling the server how far this tab has come, so that people can see whom a message has reached. Only what is in the
 * state is told, at most once a second for all streams together, and more seldom the more people are here.
 */
import { positionsOf } from "./reducer.js";

const everyMs = 1000;
const msPerPerson = 10;

/**
 * @param {object} options
 * @param {import("./store.js").Store} options.store
 * @param {(report: {epoch: string, positions: Record<string, number>}) => boolean} options.say whether it went out
 * @param {import("./types.js").Clock} options.clock
 * @param {() => number} [options.random] between 0 and 1
 */
export function createReceipts({ store, say, clock, random = Math.random }) {
  /** @type {Record<string, number>} */
  let told = {};
  /** @type {import("./types.js").State["streams"] | null} */
  let seen = null;
  /** @type {any} */
  let timer = null;

  const stop = store.onChange(({ streams }) => {
    if (streams !== seen) tellLater();
    seen = streams;
  });

  function tellLater() {
    timer ??= clock.setTimeout(tell, Math.max(everyMs, peopleHere() * msPerPerson * (0.5 + random())));
  }

  function tell() {
    timer = null;
    const state = store.state();
    const positions = positionsOf(state);
    const news = Object.entries(positions).filter(([stream, position]) => told[stream] !== position);
    if (state.epoch && news.length && say({ epoch: state.epoch, positions: Object.fromEntries(news) }))
      told = positions;
  }

  const peopleHere = () => Object.values(store.presence.peek()).filter(state => state !== "offline").length;

  return {
    /** A new connection knows nothing of what the last one was told. */
    greet() {
      told = {};
      tellLater();
    },
    stop() {
      stop();
      clock.clearTimeout(timer);
    },
  };
}

/** @typedef {ReturnType<typeof createReceipts>} Receipts */
