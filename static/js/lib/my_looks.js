/** My look in the chat: it follows my preferences, which another device may have changed, and changes them. */
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { client } from "./client.js";
import { lookNames, lookOf, showLook } from "./looks.js";

export function startLooks() {
  effect(() => {
    const preferences = /** @type {Record<string, unknown>} */ (client.store.preferences.value);
    for (const name of lookNames) {
      const chosen = preferences[name];
      if (chosen !== undefined && lookOf(name) !== String(chosen)) showLook(name, String(chosen));
    }
  });
}

/** @param {"light" | "dark" | "system"} chosen */
export function setTheme(chosen) {
  showLook("theme", chosen);
  // Without a connection it holds in this browser.
  client.api.setPreferences({ theme: chosen }).catch(() => {});
}
