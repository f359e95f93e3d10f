/** Whether the bar of formats is shown: a preference, followed at once and then told to the server. */
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import { client } from "./client.js";

/** What was chosen here, null until then. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<boolean | null>} */
const chosen = signal(null);

export const isFormattingShown = computed(
  () => chosen.value ?? client.store.preferences.value.is_formatting_shown === true,
);

export function toggleFormatting() {
  chosen.value = !isFormattingShown.peek();
  // Without a connection it holds for this page.
  client.api.setPreferences({ is_formatting_shown: chosen.value }).catch(() => {});
}
