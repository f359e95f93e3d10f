/** F6 and Shift+F6: from one part of the page to the next. */
import { isNarrow, isSidebarOpen } from "./ui.js";

/** In the order of the page; what is not there, or covered, is passed over. */
const parts = [
  () => document.querySelector("#side .jump"),
  () => document.querySelector("#room .log .msg[tabindex='0'], #room .log, #room .page, #room .empty"),
  () => document.getElementById("composer"),
  () => document.querySelector("stet-pane button, stet-pane a, stet-pane textarea"),
];
const homes = ["#side", "#room .log, #room .page", "#room .compose", "stet-pane"];

/** @param {1 | -1} step */
export function goToPart(step) {
  const active = document.activeElement;
  const at = homes.findIndex(home => active?.closest(home));
  for (let i = 1; i <= parts.length; i += 1) {
    const index = (Math.max(at, step > 0 ? -1 : 0) + step * i + parts.length * 2) % parts.length;
    if (enter(index)) return;
  }
}

/** @param {number} index */
function enter(index) {
  const target = parts[index]();
  if (!(target instanceof HTMLElement)) return false;
  if (index === 0 && isNarrow()) {
    isSidebarOpen.value = true;
    return true;
  }
  if (!target.matches("button, a, input, textarea, [tabindex]")) target.tabIndex = -1;
  target.focus();
  return document.activeElement === target;
}
