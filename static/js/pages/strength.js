/** A rough word on a new password while it is typed: length counts most, sameness takes away. */
import { t } from "../lib/i18n.js";

const shortest = 10;
const levels = 4;

/** @param {string} password @returns {number} 0 (too short) to 4 */
export function strengthOf(password) {
  const characters = [...password.normalize("NFC")];
  if (characters.length < shortest) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter(kind => kind.test(password)).length;
  const distinct = new Set(characters).size;
  const score = 1 + Number(characters.length >= 14) + Number(characters.length >= 20) + Number(kinds >= 3);
  return Math.min(score, distinct < 5 ? 1 : levels);
}

/** @param {number} strength */
const sentenceFor = strength =>
  [
    t("Password strength: too short"),
    t("Password strength: weak"),
    t("Password strength: fair"),
    t("Password strength: good"),
    t("Password strength: very good"),
  ][strength] ?? "";

export function startMeasuring() {
  for (const meter of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-measures]"))) {
    const field = document.getElementById(meter.dataset.measures ?? "");
    if (!(field instanceof HTMLInputElement)) continue;
    const show = () => {
      const strength = strengthOf(field.value);
      [...meter.children].forEach((bar, i) => {
        bar.classList.toggle("on", i < Math.max(strength, field.value ? 1 : 0));
      });
      meter.classList.toggle("is-weak", strength < 2);
      meter.setAttribute("aria-label", sentenceFor(strength));
    };
    meter.hidden = false;
    field.addEventListener("input", show);
    show();
  }
}
