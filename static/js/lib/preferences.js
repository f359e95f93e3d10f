/** Choices kept on this device. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";

const enterKey = "stet.enter";

/** Whether Enter sends; Ctrl or Command with Enter always does. */
export const enterSends = signal(localStorage.getItem(enterKey) !== "line");

/** @param {boolean} isSending */
export function setEnterSends(isSending) {
  enterSends.value = isSending;
  localStorage.setItem(enterKey, isSending ? "send" : "line");
}
