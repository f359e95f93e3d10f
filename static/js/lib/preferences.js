/** Choices kept on this device. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";

const enterKey = "stet.enter";
const oneYearSeconds = 31_536_000;

/** Whether Enter sends; Ctrl or Command with Enter always does. */
export const enterSends = signal(localStorage.getItem(enterKey) !== "line");

/** @param {boolean} isSending */
export function setEnterSends(isSending) {
  enterSends.value = isSending;
  localStorage.setItem(enterKey, isSending ? "send" : "line");
}

/** @returns {"light" | "dark" | "system"} */
export function theme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/** The server paints the next page in the same theme: it reads the cookie. @param {"light" | "dark" | "system"} chosen */
export function setTheme(chosen) {
  const isSystem = chosen === "system";
  if (isSystem) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  document
    .querySelector("meta[name=color-scheme]")
    ?.setAttribute("content", isSystem ? "light dark" : chosen);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in some of our browsers
  document.cookie = `theme=${isSystem ? "" : chosen}; Path=/; SameSite=Lax; Max-Age=${isSystem ? 0 : oneYearSeconds}${secure}`;
}
