/** What is attached to what is being written, per room and thread: chosen, looked at, uploaded while people still type. */
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { ApiError, NetworkError, newKey } from "../core/api.js";
import { client } from "./client.js";
import { sizeOf } from "./file_words.js";
import { t } from "./i18n.js";
import { sentenceOf } from "./words.js";

/** @typedef {import("../core/types.js").FileMeta} FileMeta */
/** @typedef {"uploading" | "waiting" | "whole" | "failed"} FileState waiting: for a connection */
/**
 * A file beside the message field.
 * @typedef {FileMeta & {state: FileState, failure: string, pictureUrl: string | null}} TrayFile
 */
/** @typedef {import("../../vendor/signals-core/signals-core.module.js").Signal<readonly TrayFile[]>} Files */
/** @typedef {{files: Files, refusals: import("../../vendor/signals-core/signals-core.module.js").Signal<readonly string[]>}} Tray */

const retryMs = 5000;
const largestPicture = 60_000_000;

/** @type {Map<string, Tray>} */
const trays = new Map();
/** Local addresses of files, for as long as they are shown. @type {Map<string, string>} */
const pictures = new Map();

/**
 * What waits beside the message field of a room or a thread.
 * @param {number} roomId
 * @param {number | null} [parentId]
 * @returns {Tray}
 */
export function trayOf(roomId, parentId = null) {
  const key = `${roomId} ${parentId ?? ""}`;
  const known = trays.get(key);
  if (known) return known;
  const made = {
    files: signal(/** @type {readonly TrayFile[]} */ ([])),
    refusals: signal(/** @type {readonly string[]} */ ([])),
  };
  trays.set(key, made);
  return made;
}

/**
 * Take files in and begin to upload them; what the server would refuse is said at once.
 * @param {number} roomId
 * @param {number | null} parentId
 * @param {Iterable<File>} chosen
 */
export function addFiles(roomId, parentId, chosen) {
  const tray = trayOf(roomId, parentId);
  const { file_bytes: mostBytes, files_per_message: most } = client.limits;
  /** @type {string[]} */
  const refusals = [];
  for (const file of chosen) {
    if (tray.files.peek().length >= most) {
      refusals.push(t("A message can have {n} files at most.", { n: most }));
      break;
    }
    if (file.size > mostBytes)
      refusals.push(
        t("{name} is too large. A file can have {size} at most.", {
          name: file.name,
          size: sizeOf(mostBytes),
        }),
      );
    else if (file.size === 0) refusals.push(t("{name} is empty, or a folder.", { name: file.name }));
    else add(tray, roomId, parentId, file);
  }
  tray.refusals.value = [...new Set(refusals)];
}

/**
 * @param {Tray} tray
 * @param {number} roomId
 * @param {number | null} parentId
 * @param {File} file
 */
async function add(tray, roomId, parentId, file) {
  /** @type {TrayFile} */
  const meta = {
    client_id: newKey(),
    name: file.name || t("file"),
    size_bytes: file.size,
    content_type: file.type,
    width: null,
    height: null,
    state: "uploading",
    failure: "",
    pictureUrl: null,
  };
  tray.files.value = [...tray.files.peek(), meta];
  const keeping = client.uploads.keep({ ...plain(meta), room_id: roomId, parent_id: parentId, blob: file });
  upload(tray, meta.client_id);
  const looks = await lookAt(meta.client_id, file);
  if (!looks || !fileIn(tray, meta.client_id)) return;
  change(tray, meta.client_id, looks);
  await keeping;
  // Its size goes with it, so that nothing jumps when the message is stored, also after a reload.
  const { width, height } = looks;
  await client.uploads.keep({
    ...plain(meta),
    width,
    height,
    room_id: roomId,
    parent_id: parentId,
    blob: file,
  });
}

/**
 * @param {Tray} tray
 * @param {string} clientId
 */
async function upload(tray, clientId) {
  const file = fileIn(tray, clientId);
  if (!file) return;
  try {
    await client.uploads.finish(plain(file));
    change(tray, clientId, { state: "whole" });
  } catch (error) {
    if (!fileIn(tray, clientId)) return;
    if (isPassing(error)) waitFor(tray, clientId);
    else change(tray, clientId, { state: "failed", failure: sentenceOf(error) });
  }
}

/** @param {unknown} error */
const isPassing = error =>
  error instanceof NetworkError ||
  (error instanceof ApiError &&
    (error.status >= 500 || error.status === 429) &&
    error.code !== "uploads_paused");

/**
 * Go on when there is a connection, and every few seconds.
 * @param {Tray} tray
 * @param {string} clientId
 */
function waitFor(tray, clientId) {
  change(tray, clientId, { state: "waiting" });
  const isOffline = client.store.connection.peek().state === "offline";
  let timer = 0;
  let isOver = false;
  let stop = () => {};
  const goOn = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    stop();
    if (fileIn(tray, clientId)?.state !== "waiting") return;
    change(tray, clientId, { state: "uploading" });
    upload(tray, clientId);
  };
  timer = window.setTimeout(goOn, retryMs);
  if (!isOffline) return;
  stop = effect(() => {
    if (client.store.connection.value.state === "online") queueMicrotask(goOn);
  });
}

/**
 * @param {Tray} tray
 * @param {string} clientId
 */
export function retryFile(tray, clientId) {
  change(tray, clientId, { state: "uploading", failure: "" });
  upload(tray, clientId);
}

/**
 * @param {Tray} tray
 * @param {string} clientId
 */
export function removeFile(tray, clientId) {
  tray.files.value = tray.files.peek().filter(file => file.client_id !== clientId);
  dropPicture(clientId);
  client.uploads.cancel(clientId);
}

/** What was refused has been read. @param {Tray} tray */
export function dismissRefusals(tray) {
  tray.refusals.value = [];
}

/** Everything in the tray goes with a message. @param {Tray} tray @returns {FileMeta[]} */
export function takeFiles(tray) {
  const taken = tray.files.peek().filter(({ state }) => state !== "failed");
  tray.files.value = tray.files.peek().filter(({ state }) => state === "failed");
  tray.refusals.value = [];
  return taken.map(plain);
}

/** A message that was not sent goes back to the field. @param {Tray} tray @param {readonly FileMeta[]} files */
export function putBack(tray, files) {
  const back = files.map(
    file =>
      /** @type {TrayFile} */ ({
        ...file,
        state: "uploading",
        failure: "",
        pictureUrl: pictures.get(file.client_id) ?? null,
      }),
  );
  tray.files.value = [...tray.files.peek(), ...back];
  for (const { client_id: clientId } of back) {
    showPicture(tray, clientId);
    upload(tray, clientId);
  }
}

/** Take over what an earlier page had beside its message fields. */
export async function restoreTrays() {
  const kept = await client.uploads.kept();
  const sending = new Set(
    client.store.pending.peek().flatMap(row => (row.files ?? []).map(file => file.client_id)),
  );
  for (const file of kept) {
    if (sending.has(file.client_id)) continue;
    putBack(trayOf(file.room_id, file.parent_id), [plain(file)]);
  }
}

/**
 * Where a file that is on its way can be looked at in this page; null for what is no picture.
 * @param {FileMeta} file
 * @returns {string | null}
 */
export function localUrl(file) {
  const known = pictures.get(file.client_id);
  if (known) return known;
  if (isPicture(file)) fetchPicture(file.client_id);
  return arrivals.value ? (pictures.get(file.client_id) ?? null) : null;
}

/** Grows when a picture has been read from the database. */
const arrivals = signal(1);

/** @type {Set<string>} */
const asked = new Set();

/** @param {string} clientId */
async function fetchPicture(clientId) {
  if (asked.has(clientId)) return;
  asked.add(clientId);
  const blob = await client.uploads.blobOf(clientId);
  if (!blob || pictures.has(clientId)) return;
  pictures.set(clientId, URL.createObjectURL(blob));
  arrivals.value += 1;
}

/**
 * @param {Tray} tray
 * @param {string} clientId
 */
async function showPicture(tray, clientId) {
  const file = fileIn(tray, clientId);
  if (!file || file.pictureUrl || !isPicture(file)) return;
  await fetchPicture(clientId);
  change(tray, clientId, { pictureUrl: pictures.get(clientId) ?? null });
}

/**
 * The size of a picture, and where it can be seen; null when it is none that this browser can show.
 * @param {string} clientId
 * @param {File} file
 */
async function lookAt(clientId, file) {
  if (!isPicture({ content_type: file.type, size_bytes: file.size })) return null;
  const url = URL.createObjectURL(file);
  const picture = new Image();
  picture.src = url;
  try {
    await picture.decode();
  } catch {
    URL.revokeObjectURL(url);
    return null;
  }
  pictures.set(clientId, url);
  return { pictureUrl: url, width: picture.naturalWidth, height: picture.naturalHeight };
}

/** @param {{content_type: string, size_bytes: number}} file */
const isPicture = ({ content_type: type, size_bytes: size }) =>
  /^image\/(png|jpeg|webp|gif)$/.test(type) && size <= largestPicture;

/** @param {string} clientId */
function dropPicture(clientId) {
  const url = pictures.get(clientId);
  if (url) URL.revokeObjectURL(url);
  pictures.delete(clientId);
}

/**
 * @param {Tray} tray
 * @param {string} clientId
 */
const fileIn = (tray, clientId) => tray.files.peek().find(file => file.client_id === clientId);

/**
 * @param {Tray} tray
 * @param {string} clientId
 * @param {Partial<TrayFile>} part
 */
function change(tray, clientId, part) {
  tray.files.value = tray.files
    .peek()
    .map(file => (file.client_id === clientId ? { ...file, ...part } : file));
}

/** @param {FileMeta} file @returns {FileMeta} */
const plain = ({ client_id, name, size_bytes, content_type, width, height }) => ({
  client_id,
  name,
  size_bytes,
  content_type,
  width: width ?? null,
  height: height ?? null,
});
