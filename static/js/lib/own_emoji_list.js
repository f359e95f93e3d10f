/** What can be done with the workspace's own emoji. */
import { client } from "./client.js";
import { compareNames } from "./people.js";

/** By name. */
export const ownEmoji = () =>
  Object.values(client.store.emoji.value).sort((a, b) => compareNames(a.name, b.name));

/**
 * @param {string} name
 * @param {Blob} file
 */
export const addEmoji = (name, file) => client.api.addEmoji(name, file);

/** @param {number} id */
export const removeEmoji = id => client.api.removeEmoji(id);
