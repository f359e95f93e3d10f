/** Theme and Enter, kept on this device. */
import { enterSends, setEnterSends, setTheme } from "../lib/preferences.js";

const themes = document.getElementById("theme");
themes?.addEventListener("change", event => {
  const chosen = /** @type {HTMLInputElement} */ (event.target).value;
  setTheme(chosen === "light" || chosen === "dark" ? chosen : "system");
});

const writing = document.getElementById("writing");
const toggle = document.getElementById("enter-sends");
if (writing && toggle instanceof HTMLInputElement) {
  writing.hidden = false;
  toggle.checked = enterSends.value;
  toggle.addEventListener("change", () => setEnterSends(toggle.checked));
}
