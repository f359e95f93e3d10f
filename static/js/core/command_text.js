/** What a typed text says if it is a command. */

/**
 * A path such as /usr/bin is no command, and neither is what begins with two slashes.
 * @param {string} text
 * @returns {{name: string, rest: string} | null}
 */
export function readCommandText(text) {
  const found = /^\/(\p{L}[\p{L}-]*)(?:\s+([\s\S]*))?$/u.exec(text);
  return found && { name: found[1], rest: (found[2] ?? "").trim() };
}

/** "//etc" is sent as "/etc". @param {string} text */
export const withoutEscape = text => (/^\/\/\p{L}/u.test(text) ? text.slice(1) : text);

/** The parts of a text that is all in quotes, straight or curly; null when it is not. @param {string} text */
export function quotedParts(text) {
  const parts = [...text.matchAll(/["“”]([^"“”]+)["“”]/g)].map(found => found[1].trim());
  const rest = text.replace(/["“”][^"“”]+["“”]/g, "").trim();
  return parts.length && !rest ? parts : null;
}
