/** What is shown under a message of the pages that it links to. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { removePreview } from "../lib/link_previews.js";

/** @typedef {import("../core/types.js").LinkPreview} LinkPreview */

/** @param {import("../core/types.js").Message | null} message */
export function linkPreviews(message) {
  if (!message?.previews.length || !chat.workspace().has_link_previews) return null;
  const me = chat.me();
  const mayRemove = message.author_id === me.id || ["owner", "admin"].includes(me.role);
  return message.previews.map(preview =>
    previewCard(preview, mayRemove ? () => removePreview(message.id, preview.id) : null),
  );
}

/**
 * @param {LinkPreview} preview
 * @param {(() => unknown) | null} remove
 */
function previewCard({ url, title, description, site, image_url: picture, width, height }, remove) {
  return html`<aside class="unfurl" aria-label=${t("Preview of {title}", { title })}>
    <div class="unfurl-words">
      ${site ? html`<p class="unfurl-site truncate">${site}</p>` : null}
      <a class="unfurl-title" tabindex="-1" href=${url} target="_blank" rel="noopener noreferrer nofollow">${title}</a>
      ${description ? html`<p class="unfurl-text">${description}</p>` : null}
    </div>
    ${picture ? html`<img class="unfurl-picture" src=${picture} width=${width ?? 84} height=${height ?? 64} alt="" loading="lazy" decoding="async">` : null}
    ${remove ? html`<button type="button" class="icon-btn unfurl-remove" tabindex="-1" aria-label=${t("Remove preview")} title=${t("Remove preview")} @click=${remove}>${icon("x", "i-xs")}</button>` : null}
  </aside>`;
}
