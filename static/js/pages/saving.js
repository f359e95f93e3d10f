/** Settings that are saved as they are changed. */
import { announce } from "../lib/announcer.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";

export function startSaving() {
  const form = document.querySelector("form[data-saves]");
  if (!(form instanceof HTMLFormElement)) return;
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("change", event => {
    const field = event.target;
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) save(form, field);
  });
}

/** Forms with one file field, sent as soon as the file is chosen. */
export function startSubmittingAtOnce() {
  for (const form of document.querySelectorAll("form[data-submits-at-once]")) {
    if (form instanceof HTMLFormElement) form.addEventListener("change", () => form.requestSubmit());
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement | HTMLSelectElement} field
 */
async function save(form, field) {
  const sentence = await refusal(form, field);
  showError(field, sentence);
  if (sentence) return announce(sentence);
  // Every word of the page is in another language now.
  if (field.name === "language") return location.reload();
  toast(t("Saved"));
}

/**
 * Send one field; returns what is wrong with it, or nothing.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @returns {Promise<string>}
 */
async function refusal(form, field) {
  const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token")).value;
  try {
    const answer = await fetch("/api/me", {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
      body: JSON.stringify({ [field.name]: field.value }),
    });
    if (answer.ok) return "";
    const problem = await answer.json();
    return problem.errors?.[field.name] ?? problem.detail;
  } catch {
    return t("That did not work. Please try again.");
  }
}

/**
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @param {string} sentence
 */
function showError(field, sentence) {
  const box = field.closest(".field");
  box?.querySelector(".error")?.remove();
  field.removeAttribute("aria-invalid");
  if (!sentence) return;
  field.setAttribute("aria-invalid", "true");
  const error = document.createElement("p");
  error.className = "error";
  error.textContent = sentence;
  box?.querySelector("label")?.after(error);
}
