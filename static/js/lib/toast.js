/** A short sentence at the bottom of the window, gone by itself. */
import { announce } from "./announcer.js";

const shownMs = 6000;

/**
 * @param {string} sentence
 * @param {{label: string, action: () => void, isLasting?: boolean}} [offer] a lasting one stays until it is taken
 */
export function toast(sentence, offer) {
  document.querySelector(".toast")?.remove();
  const box = document.createElement("div");
  box.className = "toast";
  box.append(sentence);
  if (offer) {
    const button = document.createElement("button");
    button.className = "link";
    button.textContent = offer.label;
    button.addEventListener("click", () => {
      box.remove();
      offer.action();
    });
    box.append(button);
  }
  const host = document.querySelector("dialog[open]") ?? document.body;
  host.append(box);
  announce(sentence);
  if (!offer?.isLasting) setTimeout(() => box.remove(), shownMs);
}
