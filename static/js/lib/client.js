/** The one client of this page. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { io } from "../../vendor/socket.io-client/socket.io.esm.min.js";
import { createClient } from "../core/client.js";
import { userStream } from "../core/reducer.js";

/** @type {import("../core/client.js").Client} */
export let client;

/** Whether my own affairs (rooms, people) have been loaded. */
export const isLoaded = signal(false);

/**
 * @param {import("../core/types.js").Boot} boot what the server put into the page, or what was kept of it
 * @param {Promise<import("../core/database.js").Database>} opening
 */
export async function start(boot, opening) {
  client = await createClient({ boot, io: /** @type {any} */ (io), opening });
  await client.start();
  watchLoading();
  addEventListener("pagehide", () => client.leave());
  addEventListener("online", () => client.wake());
}

function watchLoading() {
  const { store } = client;
  const look = () => {
    if (!(userStream(store.userId) in store.state().streams)) return;
    isLoaded.value = true;
    stop();
  };
  const stop = store.onChange(look);
  look();
}

export const connectNow = () => client.wake();

/** @param {"active" | "away"} state */
export const sayPresence = state => client.sayPresence(state);

/** @param {number} roomId */
export const sayTyping = roomId => client.sayTyping(roomId);
