/** The head of a thread in the pane: where it is, and whether I follow it. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath } from "../lib/router.js";
import { paneHead } from "./pane_head.js";

/**
 * @param {number} messageId
 * @param {number} roomId 0: not known yet
 * @param {boolean | null} isFollowing null: not known yet
 */
export const threadHead = (messageId, roomId, isFollowing) =>
  paneHead(
    t("Thread"),
    roomId
      ? html`<a href="${messagePath(roomId, messageId)}?pane=thread-${messageId}">${chat.roomLabel(roomId)}</a>`
      : "",
    isFollowing === null ? null : followButton(messageId, isFollowing),
  );

/**
 * @param {number} messageId
 * @param {boolean} isFollowing
 */
export function followButton(messageId, isFollowing) {
  const label = isFollowing ? t("Stop following this thread") : t("Follow this thread");
  return html`<button type="button" class="icon-btn" aria-pressed=${isFollowing ? "true" : "false"} aria-label=${t("Follow this thread")} title=${label}
    @click=${() => chat.follow(messageId, !isFollowing)}>${icon(isFollowing ? "bell" : "bell-off")}</button>`;
}
