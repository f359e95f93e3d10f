/** The eye beside a password. */
import { t } from "../lib/i18n.js";

export function startRevealing() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-reveals]"))) {
    const field = document.getElementById(button.dataset.reveals ?? "");
    if (!(field instanceof HTMLInputElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const isShown = field.type === "password";
      field.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
      button.setAttribute("aria-label", isShown ? t("Hide the password") : t("Show the password"));
    });
    // Password managers and the browser's own history must see a password field.
    field.form?.addEventListener("submit", () => {
      field.type = "password";
    });
  }
}
