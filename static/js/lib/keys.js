/** What a key press means, the same everywhere. */

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The name of the main modifier, for hints. */
export const modName = isMac ? "⌘" : "Ctrl";
export const altName = isMac ? "⌥" : "Alt";

/**
 * A key that belongs to an input method and never to us. Safari ends the composition first and then reports 229.
 * @param {KeyboardEvent} event
 */
export const isComposing = event => event.isComposing || event.keyCode === 229;

/**
 * Ctrl, or Command on a Mac.
 * @param {KeyboardEvent | MouseEvent} event
 */
export const hasMod = event => (isMac ? event.metaKey : event.ctrlKey);

/** Whether the main pointer is a finger: then Enter makes a line and the button sends. */
export const isTouch = () => matchMedia("(pointer: coarse)").matches;

/**
 * @param {EventTarget | null} target
 */
export function isTextField(target) {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox], [type=radio]), textarea, select")
  );
}
