/** How the page looks: attributes of <html> that the styles read, and cookies, so that the next page is painted so at once. */

const oneYearSeconds = 31_536_000;
/** How each is at first, which needs neither. @type {Record<string, string>} */
const firstOnes = { theme: "system", text_size: "100", motion: "system", contrast: "system" };

export const lookNames = Object.keys(firstOnes);

/** @param {string} name @returns {string} */
export const lookOf = name => document.documentElement.dataset[keyOf(name)] ?? firstOnes[name];

/**
 * @param {string} name one of `lookNames`
 * @param {string} value
 */
export function showLook(name, value) {
  const isFirst = value === firstOnes[name];
  if (isFirst) delete document.documentElement.dataset[keyOf(name)];
  else document.documentElement.dataset[keyOf(name)] = value;
  if (name === "theme")
    document
      .querySelector("meta[name=color-scheme]")
      ?.setAttribute("content", isFirst ? "light dark" : value);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in some of our browsers
  document.cookie = `${name}=${isFirst ? "" : value}; Path=/; SameSite=Lax; Max-Age=${isFirst ? 0 : oneYearSeconds}${secure}`;
}

/** @param {string} name "text_size" @returns {string} "textSize" */
const keyOf = name => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
