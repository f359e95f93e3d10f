/** The workspace's own emoji inside a text: the server writes their names, and where the pictures are is known here. */
import { ownEmojiNamed } from "./emoji.js";

/**
 * Give an `<img class="emoji" alt=":name:">` its picture; one that is gone becomes its name again.
 * @param {HTMLImageElement} image
 */
export function showOwnEmoji(image) {
  const own = ownEmojiNamed(image.alt.slice(1, -1));
  if (own?.url) {
    image.src = own.url;
    image.title = image.alt;
  } else {
    image.replaceWith(image.alt);
  }
}
