/**
 * History by pages. What happens to a message while its page is on its way would be lost on it: it is done again. When
 * the room starts from a snapshot meanwhile, what happened before it comes by no event: the page is fetched again.
 */
import { changeMessage, findMessage, roomIdOf } from "./reducer.js";

/**
 * @template {import("./types.js").MessagePage} Page of a room's timeline, or of a thread
 * @param {object} options
 * @param {import("./store.js").Store} options.store
 * @param {number} options.roomId
 * @param {() => Promise<Page>} options.fetch
 * @returns {Promise<Page>}
 */
export async function fetchSettledPage({ store, roomId, fetch }) {
  /** @type {import("./types.js").StreamEvent[]} */
  const meanwhile = [];
  let starts = 0;
  const stopEvents = store.onEvent((stream, event) => {
    if (roomIdOf(stream) === roomId && event.message_id !== null) meanwhile.push(event);
  });
  const stopSnapshots = store.onSnapshot(stream => {
    if (roomIdOf(stream) === roomId) starts += 1;
  });
  try {
    /** @type {Page} */
    let page;
    let known;
    do {
      known = starts;
      meanwhile.length = 0;
      page = await fetch();
    } while (known !== starts);
    const parent = "message" in page ? [/** @type {import("./types.js").Message} */ (page.message)] : [];
    store.keepFetched(
      roomId,
      [...parent, ...page.messages].map(message => meanwhile.reduce(changeMessage, message)),
    );
    const line = store.state().timelines[roomId];
    // What the store holds has seen every event; what it does not is as new as the page.
    const messages = page.messages.map(message => newest(findMessage(line, message.id), message));
    return { ...page, messages };
  } finally {
    stopEvents();
    stopSnapshots();
  }
}

/**
 * @param {import("./types.js").Message | undefined} held
 * @param {import("./types.js").Message} message
 */
const newest = (held, message) => (held && held.version >= message.version ? held : message);
