/** What I wrote and nobody has yet: drafts, and messages on their way. */
import { client } from "./client.js";
import { confirmDialog } from "./dialog.js";
import { t, tn } from "./i18n.js";
import { setQuote } from "./keeping.js";
import { pendingBody } from "./pending_body.js";
import { forget as forgetPush } from "./push.js";
import { copy } from "./rooms.js";
import { forgetShared } from "./shared.js";
import { toast } from "./toast.js";
import { fieldOf, messageField, takeBack } from "./ui.js";
import { putBack, trayOf } from "./uploads.js";
import { failureOf, sentenceOf } from "./words.js";

export { pendingBody };

/** @typedef {import("../core/types.js").OutboxRow} OutboxRow */
/** @typedef {{clientId: string, roomId: number, parentId: number | null, text: string, state: import("../core/types.js").PendingState, failure: string}} Unsent */

/**
 * @param {number} roomId
 * @param {string} text
 * @param {import("../core/outbox.js").Sending} [more]
 */
export const send = (roomId, text, more) => client.send(roomId, text, more);

/** How much of a file has arrived, from 0 to 1. @param {string} clientId */
export const uploadProgress = clientId => client.uploads.progressOf(clientId).value;

/** @param {string} clientId */
export const retry = clientId => client.retry(clientId);

/** @param {string} clientId */
export const discard = clientId => client.discard(clientId);

/** Take a message that was not sent back into the field. @param {string} clientId */
export async function rework(clientId) {
  const parentId = client.store.pending.peek().find(one => one.client_id === clientId)?.parent_id ?? null;
  const field = fieldOf(parentId) ?? messageField();
  // Without a field (an archived room) the row is the only place where the text is.
  const row = field && (await client.discard(clientId, true));
  if (!row) return;
  putBack(trayOf(row.room_id, row.parent_id), row.files ?? []);
  if (row.quoted_id) setQuote(row.quoted_id, row.room_id, row.parent_id);
  takeBack(row.text, field);
}

/** @param {string} clientId */
export function copyUnsent(clientId) {
  const row = client.store.pending.peek().find(one => one.client_id === clientId);
  if (row) copy(row.text);
}

/** @param {number} roomId @param {number | null} [parentId] */
export const draftOf = (roomId, parentId = null) => client.drafts.textOf(roomId, parentId);

/**
 * @param {number} roomId
 * @param {string} text an empty one removes the draft, unless it quotes something
 * @param {number | null} [parentId]
 */
export const saveDraft = (roomId, text, parentId = null) => client.drafts.save(roomId, text, parentId);

/** Nothing is left of it, its quote included. @param {number} roomId @param {number | null} [parentId] */
export const dropDraft = (roomId, parentId = null) => client.drafts.save(roomId, "", parentId, null);

/** @param {number} roomId */
export const hasDraft = roomId => drafts().some(draft => draft.roomId === roomId);

/** The latest first. */
export const drafts = () =>
  Object.values(client.drafts.all.value)
    .sort((a, b) => b.updated - a.updated)
    .map(({ room_id: roomId, parent_id: parentId, text, quoted_id: quotedId, updated }) => ({
      roomId,
      parentId,
      text,
      quotedId,
      updated,
    }));

/** Messages on their way, as rows of the timeline. @param {number} roomId @returns {import("./rows.js").MessageRow[]} */
export const pendingRows = roomId =>
  client.store
    .pendingIn(roomId)
    .value.filter(row => row.parent_id === null || row.also_in_room)
    .map(rowOf);

/** @param {number} roomId @param {number} parentId @returns {import("./rows.js").MessageRow[]} */
export const pendingReplies = (roomId, parentId) =>
  client.store
    .pendingIn(roomId)
    .value.filter(row => row.parent_id === parentId)
    .map(rowOf);

/** @param {OutboxRow} row @returns {import("./rows.js").MessageRow} */
const rowOf = row => ({
  kind: "message",
  key: row.client_id,
  message: null,
  clientId: row.client_id,
  roomId: row.room_id,
  parentId: row.parent_id,
  authorId: row.user_id,
  at: new Date(row.created).toISOString(),
  text: row.text,
  files: row.files ?? [],
  quotedId: row.quoted_id ?? null,
  isHead: true,
  state: row.state,
  failure: row.state === "failed" ? failureOf(row.error) : "",
});

/** @returns {Unsent[]} what waits or failed; what is being sent this moment is not worth a line */
export const unsent = () =>
  client.store.pending.value
    .filter(row => row.state !== "sending" || row.tries > 0)
    .map(row => ({
      clientId: row.client_id,
      roomId: row.room_id,
      parentId: row.parent_id,
      text: row.text || (row.files ?? []).map(file => file.name).join(", ") || t("Forwarded message"),
      state: row.state,
      failure: failureOf(row.error),
    }));

export function unsentCounts() {
  const rows = unsent();
  return {
    drafts: drafts().length,
    unsent: rows.length,
    failed: rows.filter(({ state }) => state === "failed").length,
  };
}

/** Signing out leaves nothing in this browser: what is unsent would be lost, so it is asked about. */
export function signOut() {
  const { unsent: count } = unsentCounts();
  if (!count) return leave();
  confirmDialog({
    title: t("Sign out and lose what is unsent?"),
    text: tn("{n} message has not been sent yet.", "{n} messages have not been sent yet.", count),
    action: t("Sign out"),
    onConfirm: leave,
  });
}

async function leave() {
  try {
    await Promise.all([client.signOut(), forgetShared()]);
    await forgetPush().catch(() => {});
    location.assign("/sign-in");
  } catch (error) {
    toast(sentenceOf(error));
  }
}
