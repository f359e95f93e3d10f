/** The first run in two steps; without scripts both stand on one page. */

const form = /** @type {HTMLFormElement} */ (document.getElementById("setup"));
const marks = /** @type {HTMLElement} */ (document.getElementById("steps"));
const steps = /** @type {HTMLFieldSetElement[]} */ ([...form.querySelectorAll("fieldset.step")]);

/** @param {number} step 1 or 2 */
function show(step) {
  steps.forEach((fieldset, i) => {
    fieldset.hidden = i !== step - 1;
  });
  [...marks.children].forEach((mark, i) => {
    mark.classList.toggle("on", i < step);
  });
  marks.setAttribute("aria-label", (marks.dataset.label ?? "").replace("{step}", String(step)));
}

/** @param {number} step */
function go(step) {
  const present = steps.find(fieldset => !fieldset.hidden);
  const isGoingOn = Number(present?.dataset.step) < step;
  if (isGoingOn && !areRight(present)) return;
  show(step);
  firstField(steps[step - 1])?.focus();
}

/** @param {HTMLFieldSetElement | undefined} fieldset */
const areRight = fieldset =>
  [...(fieldset?.elements ?? [])].every(
    field => !(field instanceof HTMLInputElement) || field.reportValidity(),
  );

/** @param {HTMLFieldSetElement | undefined} fieldset */
const firstField = fieldset =>
  /** @type {HTMLElement | null} */ (fieldset?.querySelector("input:not([type=hidden])"));

for (const button of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-go]"))) {
  button.hidden = false;
  button.addEventListener("click", () => go(Number(button.dataset.go)));
}
form.addEventListener("keydown", event => {
  // Enter in the first step goes on; it must not send fields that nobody has seen.
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || steps[0]?.hidden) return;
  if (!(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  go(2);
});
marks.hidden = false;
const wrong = form.querySelector("[aria-invalid=true]");
show(wrong && steps[1]?.contains(wrong) ? 2 : 1);
if (wrong instanceof HTMLElement) wrong.focus();

export {};
