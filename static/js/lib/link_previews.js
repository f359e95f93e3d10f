/** Link previews: taking one away for everybody. */
import { client } from "./client.js";
import { toast } from "./toast.js";
import { sentenceOf } from "./words.js";

/**
 * @param {number} messageId
 * @param {number} previewId
 */
export const removePreview = (messageId, previewId) =>
  client.api.removePreview(messageId, previewId).catch(error => toast(sentenceOf(error)));
