/** Popovers in the top layer, placed beside the button that opened them. */
import { render } from "../../vendor/lit-html/lit-html.js";

const margin = 8;

/**
 * @typedef {object} PopoverOptions
 * @property {string} className
 * @property {string} role
 * @property {string} label
 * @property {(close: () => void) => unknown} view
 * @property {() => void} [onClose]
 */

/** @type {{anchor: Element, close: () => void} | null} */
let current = null;

/**
 * Open a popover; a second press on the same anchor closes it.
 * @param {Element} anchor
 * @param {PopoverOptions} options
 * @returns {HTMLElement | null} the popover, null when this call closed it
 */
export function openPopover(anchor, { className, role, label, view, onClose }) {
  if (current?.anchor === anchor) {
    current.close();
    return null;
  }
  current?.close();
  const box = document.createElement("div");
  box.className = className;
  box.popover = "manual";
  box.setAttribute("role", role);
  box.setAttribute("aria-label", label);
  // In the top layer anyway; but screen readers meet it in the landmark of its button.
  const host = anchor.closest("dialog, #side, #room, #search") ?? document.body;
  const opener = anchor instanceof HTMLElement ? anchor : null;
  let isClosed = false;

  const close = () => {
    if (isClosed) return;
    isClosed = true;
    if (current?.anchor === anchor) current = null;
    const hadFocus = box.contains(document.activeElement);
    removeEventListener("pointerdown", onPointer, true);
    removeEventListener("resize", close);
    opener?.setAttribute("aria-expanded", "false");
    box.remove();
    if (hadFocus && opener?.isConnected) opener.focus({ preventScroll: true });
    onClose?.();
  };
  /** @param {Event} event */
  const onPointer = event => {
    const target = /** @type {Node} */ (event.target);
    if (!box.contains(target) && !anchor.contains(target)) close();
  };

  current = { anchor, close };
  host.append(box);
  render(view(close), box);
  box.showPopover();
  place(box, anchor);
  opener?.setAttribute("aria-expanded", "true");
  addEventListener("pointerdown", onPointer, true);
  addEventListener("resize", close);
  return box;
}

/**
 * A press that closes first and acts then: what it opens gets the focus.
 * @param {() => void} close
 * @param {(() => void) | undefined} act
 */
export const thenDo = (close, act) => () => {
  close();
  act?.();
};

/** Whether a popover is open; `closePopover` is the first thing that Esc does. */
export const isPopoverOpen = () => current !== null;

export const closePopover = () => current?.close();

/**
 * Below the anchor when there is room, else above; kept inside the window.
 * @param {HTMLElement} box
 * @param {Element} anchor
 */
function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const isLeftHalf = at.left + at.width / 2 < innerWidth / 2;
  const left = isLeftHalf ? at.left : at.right - width;
  const fitsBelow = at.bottom + 6 + height <= innerHeight - margin;
  const top = fitsBelow ? at.bottom + 6 : at.top - 6 - height;
  box.style.setProperty("left", `${Math.max(margin, Math.min(left, innerWidth - width - margin))}px`);
  box.style.setProperty("top", `${Math.max(margin, Math.min(top, innerHeight - height - margin))}px`);
}
