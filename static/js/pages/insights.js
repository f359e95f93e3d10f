/** Charts that tell their bars one by one: to the pointer, to the keyboard, and to screen readers as a slider. */

for (const chart of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".chart")))
  start(chart);

/** @param {HTMLElement} chart */
function start(chart) {
  const plot = /** @type {HTMLElement} */ (chart.querySelector(".plot"));
  const svg = /** @type {SVGSVGElement} */ (chart.querySelector("svg"));
  const readout = /** @type {HTMLElement} */ (chart.querySelector(".readout"));
  const slots = [...chart.querySelectorAll(".slot")];
  const said = slots.map(takeTitle);
  const usual = readout.textContent ?? "";
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: "0", max: `${said.length - 1}`, step: "1" });
  slider.value = slider.max;
  slider.setAttribute("aria-label", chart.dataset.label ?? "");
  plot.append(slider);

  /** @param {number | null} place */
  const show = place => {
    for (const [at, slot] of slots.entries()) slot.setAttribute("data-state", at === place ? "on" : "off");
    readout.textContent = place === null ? usual : (said[place] ?? usual);
    readout.dataset.state = place === null ? "" : "one";
    if (place !== null) slider.value = `${place}`;
    slider.setAttribute("aria-valuetext", said[Number(slider.value)] ?? "");
  };
  /** @param {PointerEvent} event */
  const point = event => {
    const { left, width } = svg.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / width) * slots.length);
    show(Math.min(Math.max(place, 0), slots.length - 1));
  };
  const rest = () => show(document.activeElement === slider ? Number(slider.value) : null);

  plot.addEventListener("pointermove", point);
  plot.addEventListener("pointerdown", point);
  plot.addEventListener("pointerleave", rest);
  slider.addEventListener("input", () => show(Number(slider.value)));
  slider.addEventListener("focus", rest);
  slider.addEventListener("blur", rest);
  show(null);
}

/** Take the words that a bar shows without scripts; the browser would show them beside ours. @param {Element} slot */
function takeTitle(slot) {
  const title = slot.querySelector("title");
  const words = title?.textContent ?? "";
  title?.remove();
  return words;
}
