/**
 * Where the keyboard of a phone lies over the page instead of making it smaller (iOS), the page is made smaller here, so
 * that the message field stays in view. Elsewhere `interactive-widget` in the viewport does it.
 */

const leastKeyboardPx = 120;

export function watchKeyboard() {
  const seen = window.visualViewport;
  if (!seen) return;
  const root = document.documentElement;
  const fit = () => {
    const isCovered = seen.scale === 1 && innerHeight - seen.height > leastKeyboardPx;
    if (isCovered) root.style.setProperty("--app-h", `${Math.round(seen.height)}px`);
    else root.style.removeProperty("--app-h");
    // The browser scrolled the page up for the field, which is in view now.
    if (isCovered && seen.offsetTop > 0) scrollTo(0, 0);
  };
  seen.addEventListener("resize", fit);
}
