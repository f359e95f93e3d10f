/** What the message field offers to complete; each source has a file of its own. */
import { emojiCompletions } from "./emoji_completions.js";
import { peopleCompletions } from "./people_completions.js";
import { roomCompletions } from "./room_completions.js";

/** Asked in this order. @type {import("../elements/completion_list.js").CompletionSource[]} */
export const completionSources = [peopleCompletions, roomCompletions, emojiCompletions];
