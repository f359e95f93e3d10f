/** Polls: what was asked, what I chose, and choosing. */
import { client } from "./client.js";
import { me } from "./people.js";
import { toast } from "./toast.js";
import { jumpToEnd } from "./ui.js";
import { sentenceOf } from "./words.js";

/** @typedef {import("../core/types.js").Poll} Poll */

/**
 * What I chose, by number: in the poll itself, or for an anonymous one in what only my own devices are told.
 * @param {number} messageId
 * @param {Poll} poll
 * @returns {readonly number[]}
 */
export function myVotes(messageId, poll) {
  if (poll.is_anonymous) return client.store.pollVotes.value[messageId] ?? [];
  const myId = me().id;
  return poll.options.filter(option => option.user_ids?.includes(myId)).map(({ number }) => number);
}

/** @param {Poll} poll */
export const isPollOpen = ({ closed_at: closedAt, ends_at: endsAt }) =>
  !closedAt && (!endsAt || Date.parse(endsAt) > Date.now());

/**
 * @param {number} roomId
 * @param {import("../core/types.js").Question} question
 */
export async function askPoll(roomId, question) {
  const { message } = await client.api.askPoll(roomId, question);
  client.store.acceptMessage(message);
  jumpToEnd();
}

/**
 * @param {number} messageId
 * @param {number[]} numbers
 */
export async function vote(messageId, numbers) {
  try {
    await client.api.vote(messageId, numbers);
  } catch (error) {
    toast(sentenceOf(error));
    throw error;
  }
}

/** @param {number} messageId */
export const closePoll = messageId =>
  client.api.closePoll(messageId).catch(error => toast(sentenceOf(error)));
