/** A message field follows its draft: what was typed or sent on another device shows, and nobody is interrupted. */
import { effect } from "../../vendor/signals-core/signals-core.module.js";

/**
 * @param {HTMLTextAreaElement} field
 * @param {() => string} draft what is to stand in it; read again whenever its signals change
 * @param {() => void} onShown
 * @returns {() => void} stop
 */
export function followDraft(field, draft, onShown) {
  let isComposing = false;
  let wanted = field.value;

  function show() {
    if (field.value === wanted || isBusy()) return;
    field.value = wanted;
    onShown();
  }

  /** Who is in the field with something in it may be about to go on. A window in the background does not count. */
  const isBusy = () =>
    isComposing || (field.value !== "" && document.hasFocus() && document.activeElement === field);

  const onStart = () => {
    isComposing = true;
  };
  const onEnd = () => {
    isComposing = false;
  };
  const onLeave = () => queueMicrotask(show);
  field.addEventListener("compositionstart", onStart);
  field.addEventListener("compositionend", onEnd);
  field.addEventListener("blur", onLeave);
  addEventListener("blur", onLeave);
  const stop = effect(() => {
    const text = draft();
    if (text === wanted) return;
    wanted = text;
    queueMicrotask(show);
  });
  return () => {
    stop();
    field.removeEventListener("compositionstart", onStart);
    field.removeEventListener("compositionend", onEnd);
    field.removeEventListener("blur", onLeave);
    removeEventListener("blur", onLeave);
  };
}
