/** Settings and administration. */
import { loadLanguage } from "../lib/i18n.js";
import { altName, modName } from "../lib/keys.js";
import { startConfirming } from "./confirming.js";
import { startCopying } from "./copying.js";
import { startLeaving } from "./leaving.js";
import { startRevealing } from "./reveal.js";
import { startRowMenus } from "./row_menus.js";
import { startSaving, startSubmittingAtOnce } from "./saving.js";
import { startMeasuring } from "./strength.js";
import { writeTimes } from "./times.js";

await loadLanguage(document.documentElement.lang);
writeTimes();
startConfirming();
startCopying();
startLeaving();
startRevealing();
startMeasuring();
startRowMenus();
startSaving();
startSubmittingAtOnce();

// On a phone the sections are one row that scrolls sideways.
document.querySelector(".sheet-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

for (const key of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-key]"))) {
  key.textContent = key.dataset.key === "Ctrl" ? modName : altName;
}
