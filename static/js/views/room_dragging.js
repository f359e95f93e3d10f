/** Dragging rooms of the sidebar into another section; their menu does the same from the keyboard. */
import { moveRoom } from "../lib/sidebar.js";

const kind = "application/x-stet-room";

/** @param {HTMLElement} sidebar @returns {() => void} what takes the listeners away again */
export function attachRoomDragging(sidebar) {
  /** @type {Element | null} */
  let over = null;
  const mark = (/** @type {Element | null} */ section) => {
    if (over === section) return;
    over?.removeAttribute("data-drop");
    section?.setAttribute("data-drop", "");
    over = section;
  };
  const sectionAt = (/** @type {Event} */ event) =>
    /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-section]"));

  /** @param {DragEvent} event */
  const onStart = event => {
    const link = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (event.target).closest("[data-room]")
    );
    if (link) event.dataTransfer?.setData(kind, link.dataset.room ?? "");
  };
  /** @param {DragEvent} event */
  const onOver = event => {
    if (!event.dataTransfer?.types.includes(kind)) return;
    const section = sectionAt(event);
    mark(section);
    if (section) event.preventDefault();
  };
  /** @param {DragEvent} event */
  const onDrop = event => {
    const roomId = Number(event.dataTransfer?.getData(kind));
    const place = sectionAt(event)?.dataset.section;
    mark(null);
    if (!roomId || !place) return;
    event.preventDefault();
    moveRoom(roomId, place);
  };
  const onEnd = () => mark(null);
  const listeners = /** @type {[string, EventListener][]} */ (
    /** @type {unknown} */ ([
      ["dragstart", onStart],
      ["dragover", onOver],
      ["drop", onDrop],
      ["dragend", onEnd],
    ])
  );
  for (const [type, listener] of listeners) sidebar.addEventListener(type, listener);
  return () => {
    for (const [type, listener] of listeners) sidebar.removeEventListener(type, listener);
  };
}
