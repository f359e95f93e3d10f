/** Writes that wait for their answer, repeated with the same key while it is not known whether they were done. */
import { ApiError, NetworkError, newKey } from "./api.js";

/** @typedef {import("./types.js").Message} Message */

const delaysMs = [1000, 2000, 4000, 8000, 16_000];

/**
 * @param {object} options
 * @param {import("./api.js").Api} options.api
 * @param {import("./store.js").Store} options.store
 * @param {import("./types.js").Clock} options.clock
 * @param {(stream: string, position: number) => void} [options.expect]
 */
export function createWrites({ api, store, clock, expect = () => {} }) {
  /**
   * @param {Message} message
   * @param {string} text
   * @param {number} [baseVersion] the version that the text was made from
   * @param {number[]} [attachmentIds] the files that stay; without it all of them
   * @returns {Promise<Message>} rejects with the ApiError of a refusal; a 409 has the present message in `problem`
   */
  async function sendEdit(message, text, baseVersion = message.version, attachmentIds = undefined) {
    const body = { text, base_version: baseVersion, ...(attachmentIds && { attachment_ids: attachmentIds }) };
    return place(await repeated(key => api.editMessage(message.id, body, key)));
  }

  /** @param {Message} message @returns {Promise<Message>} the tombstone */
  const sendDelete = async message => place(await repeated(key => api.deleteMessage(message.id, key)));

  /**
   * Painted at once, and taken back when the server refuses.
   * @param {number} messageId
   * @param {string} emoji
   * @param {boolean} isOn
   */
  async function sendReaction(messageId, emoji, isOn) {
    store.paintReaction(messageId, emoji, isOn);
    try {
      await repeated(key => (isOn ? api.react(messageId, emoji, key) : api.unreact(messageId, emoji, key)));
    } catch (error) {
      store.paintReaction(messageId, emoji, !isOn);
      throw error;
    }
  }

  /** @param {number} messageId @param {boolean} isOn */
  const sendPin = (messageId, isOn) =>
    repeated(key => (isOn ? api.pin(messageId, key) : api.unpin(messageId, key)));

  /** @param {number} messageId @param {boolean} isDone */
  const sendSave = (messageId, isDone) => repeated(key => api.save(messageId, isDone, key));

  /** @param {number} messageId */
  const sendUnsave = messageId => repeated(key => api.unsave(messageId, key));

  /** @param {import("./types.js").PlacedMessage} placed */
  function place({ message, stream, stream_seq: position }) {
    store.acceptMessage(message);
    expect(stream, position);
    return message;
  }

  /**
   * @template T
   * @param {(key: string) => Promise<T>} write
   * @returns {Promise<T>}
   */
  async function repeated(write) {
    const key = newKey();
    for (let tries = 0; ; tries += 1) {
      try {
        return await write(key);
      } catch (error) {
        if (tries >= delaysMs.length || !isOpen(error)) throw error;
        await pause(
          Math.max(delaysMs[tries], error instanceof ApiError ? Math.min(error.retryAfterMs, 60_000) : 0),
        );
      }
    }
  }

  /** @param {number} ms */
  const pause = ms => new Promise(resolve => void clock.setTimeout(() => resolve(undefined), ms));

  return { sendEdit, sendDelete, sendReaction, sendPin, sendSave, sendUnsave };
}

/** Whether the same write may still succeed. @param {unknown} error */
const isOpen = error =>
  error instanceof NetworkError ||
  (error instanceof ApiError && (error.status >= 500 || error.status === 429));
