/** The files of a message: pictures as a gallery, players, pages, texts, and cards for the rest. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { openLightbox } from "../elements/lightbox.js";
import * as chat from "../lib/chat.js";
import { boxOf, describe, endingOf, iconOf, sizeOf } from "../lib/file_words.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { localUrl } from "../lib/uploads.js";

/** @typedef {import("../core/types.js").Attachment} Attachment */
/** @typedef {import("../core/types.js").FileMeta} FileMeta */

const alone = { width: 440, height: 320 };
const together = { width: 220, height: 180 };
/** An animation that is larger is shown still, until somebody opens it. */
const largestAnimation = 8_000_000;

/** @param {readonly Attachment[]} files */
export function attachments(files) {
  if (!files.length) return null;
  const pictures = files.filter(isPicture);
  const others = files.filter(file => !isPicture(file));
  return html`<div class="attachments">
    ${pictures.length ? gallery(pictures) : null}
    ${others.map(file => other(file))}
  </div>`;
}

/** The same in few pixels: for search results and lists. @param {readonly Attachment[]} files */
export const attachmentCards = files =>
  files.length
    ? html`<div class="attachments">${files.map(file => card(file, smallPicture(file)))}</div>`
    : null;

/** @param {Attachment} file */
const isPicture = file => file.kind === "image" && file.preview_url !== null;

/** @param {readonly Attachment[]} pictures */
function gallery(pictures) {
  const most = pictures.length === 1 ? alone : together;
  return html`<div class="media ${pictures.length > 1 ? "is-many" : ""}">${pictures.map(file => picture(file, pictures, most))}</div>`;
}

/**
 * @param {Attachment} file
 * @param {readonly Attachment[]} all
 * @param {{width: number, height: number}} most
 */
function picture(file, all, most) {
  const { width, height } = boxOf(file.width, file.height, most);
  const isMoving = file.is_animated && file.size_bytes <= largestAnimation;
  const open = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openLightbox(all, file.id);
  };
  return html`<a class="pic" href=${file.url} target="_blank" rel="noopener" tabindex="-1" aria-label=${t("Open {name}", { name: file.name })} @click=${open}>
    ${file.placeholder ? html`<img class="pic-blur" src=${file.placeholder} alt="" aria-hidden="true">` : null}
    <img class="pic-img" src=${isMoving ? file.url : (file.preview_url ?? file.url)} width=${width} height=${height} alt=${file.name}
      loading="lazy" decoding="async" @load=${onLoaded}></a>`;
}

/** What is transparent must not show the blurred picture behind it. @param {Event} event */
function onLoaded({ currentTarget }) {
  /** @type {HTMLElement} */ (currentTarget).closest(".pic")?.setAttribute("data-loaded", "");
}

/** @param {Attachment} file */
function other(file) {
  if (file.kind === "video") return film(file);
  if (file.kind === "audio") return sound(file);
  if (file.kind === "text" && file.excerpt !== null) return html`<stet-snippet .file=${file}></stet-snippet>`;
  if (file.kind === "pdf" && file.preview_url) return page(file);
  return card(file);
}

/** @param {Attachment} file */
const film = file => html`<figure class="film">
  <video controls preload="metadata" playsinline src=${file.url} aria-label=${file.name}></video>
  ${caption(file)}
</figure>`;

/** @param {Attachment} file */
const sound = file => html`<figure class="sound">
  ${caption(file)}
  <audio controls preload="metadata" src=${file.url} aria-label=${file.name}></audio>
</figure>`;

/** @param {Attachment} file */
const caption = file =>
  html`<figcaption class="file-line">${icon(iconOf(file), "i-sm")}<b class="truncate">${file.name}</b><span>${sizeOf(file.size_bytes)}</span>${download(file)}</figcaption>`;

/** A document shows its first page; the browser's own viewer opens it. @param {Attachment} file */
function page(file) {
  const { width, height } = boxOf(file.width, file.height, { width: 320, height: 420 });
  return html`<div class="doc">
    <a class="doc-page" href=${file.url} target="_blank" rel="noopener" tabindex="-1" aria-label=${t("Open {name} in a new tab", { name: file.name })}>
      <img src=${file.preview_url ?? nothing} width=${width} height=${height} alt="" loading="lazy" decoding="async"></a>
    ${cardLine(file)}
  </div>`;
}

/**
 * @param {Attachment} file
 * @param {unknown} [mark]
 */
const card = (file, mark = null) => html`<div class="filecard">${cardLine(file, mark)}</div>`;

/**
 * @param {Attachment} file
 * @param {unknown} [mark]
 */
function cardLine(file, mark = null) {
  const isShown = ["image", "video", "audio", "pdf"].includes(file.kind);
  const path = isShown ? file.url : `${file.url}?download=1`;
  return html`<a class="filecard-line" href=${path} target=${isShown ? "_blank" : nothing} rel="noopener" download=${isShown ? nothing : file.name} tabindex="-1">
    <span class="ico">${mark ?? icon(iconOf(file))}</span><span class="grow"><b class="truncate">${file.name}</b><small>${describe(file)}</small></span></a>${download(file)}`;
}

/** @param {Attachment} file */
const smallPicture = file =>
  file.thumbnail_url
    ? html`<img src=${file.thumbnail_url} width="36" height="36" alt="" loading="lazy" decoding="async">`
    : null;

/**
 * @param {Attachment} file
 * @param {boolean} [isStop] whether Tab reaches it; in the timeline the row decides
 */
export const download = (file, isStop = false) =>
  html`<a class="icon-btn" href="${file.url}?download=1" download=${file.name} tabindex=${isStop ? "0" : "-1"} aria-label=${t("Download {name}", { name: file.name })} title=${t("Download")}>${icon("download", "i-sm")}</a>`;

/**
 * The files of a message that is on its way.
 * @param {readonly FileMeta[]} files
 * @param {boolean} canCancel
 */
export function pendingFiles(files, canCancel) {
  if (!files.length) return null;
  const shown = files.map(file => ({ file, url: localUrl(file) }));
  const pictures = shown.filter(({ url }) => url);
  const most = pictures.length === 1 ? alone : together;
  return html`<div class="attachments">
    ${pictures.length ? html`<div class="media ${pictures.length > 1 ? "is-many" : ""}">${pictures.map(({ file, url }) => pendingPicture(file, url, most))}</div>` : null}
    ${shown.filter(({ url }) => !url).map(({ file }) => pendingCard(file))}
    ${canCancel && files.some(isOnItsWay) ? html`<button type="button" class="btn btn-sm btn-quiet" tabindex="-1" data-act="rework">${t("Cancel")}</button>` : null}
  </div>`;
}

/** @param {FileMeta} file */
const isOnItsWay = ({ client_id: clientId }) => chat.uploadProgress(clientId) < 1;

/**
 * @param {FileMeta} file
 * @param {string | null} url
 * @param {{width: number, height: number}} most
 */
function pendingPicture(file, url, most) {
  const { width, height } = boxOf(file.width, file.height, most);
  return html`<span class="pic is-pending"><img class="pic-img" src=${url ?? nothing} width=${width} height=${height} alt=${file.name}>${bar(file)}</span>`;
}

/** @param {FileMeta} file */
const pendingCard = file => html`<div class="filecard is-pending"><span class="filecard-line">
  <span class="ico">${icon("file")}</span><span class="grow"><b class="truncate">${file.name}</b><small>${endingOf(file.name)} · ${sizeOf(file.size_bytes)}</small></span></span>${bar(file)}</div>`;

/** @param {FileMeta} file */
export function bar(file) {
  const part = chat.uploadProgress(file.client_id);
  if (part >= 1) return null;
  // Without a value while the first piece is on its way: something goes on, and nobody knows how far it is.
  return html`<progress class="upload-bar" max="1" value=${part || nothing} aria-label=${t("Uploading {name}", { name: file.name })}></progress>`;
}
