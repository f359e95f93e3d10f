/** On a narrow window the sidebar slides over the room; then what is behind it rests. */
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { closePane, pane } from "./pane.js";
import { isNarrow, isSidebarOpen } from "./ui.js";

const swipePx = 60;
const edgePx = 32;

export function startSidebarDrawer() {
  const app = /** @type {HTMLElement} */ (document.getElementById("app"));
  const side = /** @type {HTMLElement} */ (document.getElementById("side"));
  const room = /** @type {HTMLElement} */ (document.getElementById("room"));
  /** @type {Element | null} */
  let opener = null;

  effect(() => {
    const isOpen = isSidebarOpen.value && isNarrow();
    const wasOpen = app.dataset.nav === "open";
    app.dataset.nav = isOpen ? "open" : "";
    room.inert = isOpen;
    side.inert = isNarrow() && !isOpen;
    if (isOpen && !wasOpen) {
      opener = document.activeElement;
      side.querySelector("button")?.focus({ preventScroll: true });
    } else if (!isOpen && wasOpen && opener instanceof HTMLElement) {
      opener.focus({ preventScroll: true });
    }
  });

  matchMedia("(max-width: 760px)").addEventListener("change", () => {
    isSidebarOpen.value = false;
    side.inert = isNarrow();
    room.inert = false;
  });
  app.addEventListener("click", event => {
    if (event.target === app) isSidebarOpen.value = false; // the scrim; the room behind it is inert
  });
  swipe(app);
}

/**
 * A finger from the left edge opens, a finger to the left closes; to the right it takes the pane away.
 * @param {HTMLElement} app
 */
function swipe(app) {
  let x = 0;
  let y = 0;
  let isSideways = false;
  app.addEventListener(
    "touchstart",
    event => {
      x = event.touches[0]?.clientX ?? 0;
      y = event.touches[0]?.clientY ?? 0;
      isSideways = event.touches.length > 1 || scrollsSideways(event.target);
    },
    { passive: true },
  );
  app.addEventListener(
    "touchend",
    event => {
      const end = event.changedTouches[0];
      if (!end || !isNarrow() || Math.abs(end.clientY - y) > swipePx) return;
      const moved = end.clientX - x;
      if (moved > swipePx && x >= edgePx && !isSideways && pane.peek() && !isSidebarOpen.value) closePane();
      else if (moved > swipePx && x < edgePx) isSidebarOpen.value = true;
      if (moved < -swipePx && isSidebarOpen.value) isSidebarOpen.value = false;
    },
    { passive: true },
  );
}

/** Whether the finger is on something that it scrolls sideways itself, or on text being marked. @param {EventTarget | null} target */
function scrollsSideways(target) {
  if (getSelection()?.type === "Range") return true;
  for (let part = target instanceof Element ? target : null; part; part = part.parentElement)
    if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible")
      return part.matches(":not(.truncate, .pane, .pane-log, .app)");
  return false;
}
