/** Forms that ask before they do what hurts. */
import { confirmDialog } from "../lib/dialog.js";

export function startConfirming() {
  document.addEventListener("submit", event => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.confirms) return;
    event.preventDefault();
    confirmDialog({
      title: form.dataset.confirms,
      text: form.dataset.warns ?? "",
      action: form.dataset.does ?? "",
      onConfirm: () => form.submit(),
    });
  });
}
