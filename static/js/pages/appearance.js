/** How the page looks, saved as it is changed; and Enter, kept on this device. */
import { newKey } from "../core/api.js";
import { t } from "../lib/i18n.js";
import { showLook } from "../lib/looks.js";
import { enterSends, setEnterSends } from "../lib/preferences.js";
import { toast } from "../lib/toast.js";

const looks = document.getElementById("looks");
looks?.addEventListener("change", async event => {
  const { name, value } = /** @type {HTMLInputElement} */ (event.target);
  showLook(name, value);
  toast((await isSaved(name, value)) ? t("Saved") : t("That did not work. Please try again."));
});

/**
 * @param {string} name
 * @param {string} value
 */
async function isSaved(name, value) {
  const form = /** @type {HTMLFormElement} */ (looks);
  const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token")).value;
  const answer = await fetch("/api/me/preferences", {
    method: "PATCH",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": token, "Idempotency-Key": newKey() },
    body: JSON.stringify({ [name]: name === "text_size" ? Number(value) : value }),
  }).catch(() => null);
  return answer?.ok ?? false;
}

const writing = document.getElementById("writing");
const toggle = document.getElementById("enter-sends");
if (writing && toggle instanceof HTMLInputElement) {
  writing.hidden = false;
  toggle.checked = enterSends.value;
  toggle.addEventListener("change", () => setEnterSends(toggle.checked));
}
