/** Signing out leaves nothing in this browser, as in the chat: what is unsent would be lost, so it is asked about. */
import { openDatabase } from "../core/database.js";
import { confirmDialog } from "../lib/dialog.js";
import { t, tn } from "../lib/i18n.js";
import { forgetShared } from "../lib/shared.js";
import { toast } from "../lib/toast.js";

/** @typedef {import("../core/database.js").Database} Database */

export function startLeaving() {
  const form = document.querySelector("form.sheet-leave");
  if (!(form instanceof HTMLFormElement)) return;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const database = await openDatabase();
    const { length: count } = await database.all("outbox");
    if (!count) return leave(form, database);
    confirmDialog({
      title: t("Sign out and lose what is unsent?"),
      text: tn("{n} message has not been sent yet.", "{n} messages have not been sent yet.", count),
      action: t("Sign out"),
      onConfirm: () => leave(form, database),
    });
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Database} database
 */
async function leave(form, database) {
  const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token")).value;
  const answer = await fetch("/api/session", { method: "DELETE", headers: { "X-CSRF-Token": token } }).catch(
    () => null,
  );
  if (!answer?.ok) return toast(t("That did not work. Please try again."));
  await Promise.all([
    database.change("outbox", { clear: true }),
    database.change("drafts", { clear: true }),
    database.change("cache", { clear: true }),
    database.change("files", { clear: true }),
    forgetShared(),
  ]);
  location.assign("/sign-in");
}
