/** Whether I am at the keyboard: "away" when the tab has been out of sight or untouched for a while. */

const hiddenMs = 5000;
const idleMs = 5 * 60 * 1000;

/** @param {(state: "active" | "away") => void} say */
export function watchPresence(say) {
  /** @type {"active" | "away"} */
  let state = "active";
  let timer = 0;
  /** @param {"active" | "away"} next */
  const become = next => {
    if (next === state) return;
    state = next;
    say(next);
  };
  const onSign = () => {
    clearTimeout(timer);
    const isHidden = document.visibilityState === "hidden";
    if (!isHidden) become("active");
    timer = window.setTimeout(() => become("away"), isHidden ? hiddenMs : idleMs);
  };
  document.addEventListener("visibilitychange", onSign);
  for (const type of ["keydown", "pointerdown", "pointermove", "focus"])
    addEventListener(type, onSign, { passive: true });
  onSign();
}
