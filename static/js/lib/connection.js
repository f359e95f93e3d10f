/** Whether the server can be reached, for those who look at it. */
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { client, isLoaded } from "./client.js";

const patienceMs = 5000;

const isLong = signal(false);

/** Whether there has been no connection for so long that it is worth a sentence. */
export const isOfflineForLong = () => isLong.value;

export const isOnline = () => client.store.connection.value.state === "online";

export const isSignedOut = () => client.store.isSessionEnded.value;

/** Before the first answer there is nothing to say about rooms. */
export const isStarting = () => !isLoaded.value;

export function watchConnection() {
  let timer = 0;
  effect(() => {
    const { state, since } = client.store.connection.value;
    clearTimeout(timer);
    if (state === "online") isLong.value = false;
    else
      timer = window.setTimeout(
        () => {
          isLong.value = true;
        },
        // The browser knows already.
        navigator.onLine ? Math.max(0, since + patienceMs - Date.now()) : 0,
      );
  });
}
