/** Finds people while one types; the server answers the same form when scripts do not run. */

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-filters]"));
const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#people-rows > tr")]);
const empty = document.getElementById("people-rows-empty");

function filter() {
  const chosen = new FormData(form);
  const words = fold(String(chosen.get("q") ?? "").trim());
  const show = String(chosen.get("show"));
  for (const row of rows) {
    row.hidden =
      !fold(row.dataset.finds ?? "").includes(words) || !(row.dataset.shows ?? "").split(" ").includes(show);
  }
  if (empty) empty.hidden = rows.some(row => !row.hidden);
}

/** @param {string} text */
const fold = text => text.normalize("NFC").toLocaleLowerCase();

form.addEventListener("input", filter);
form.addEventListener("submit", event => event.preventDefault());

export {};
