/** Makes what is shown like a newer version of it: elements stay where they can, and with them the focus. */

/** The state of a disclosure is the reader's, and not the server's. */
const keptAttributes = ["open"];

/**
 * @param {Element} shown
 * @param {Element} next
 */
export function morph(shown, next) {
  morphAttributes(shown, next);
  const byId = new Map([...shown.children].filter(child => child.id).map(child => [child.id, child]));
  /** @type {ChildNode | null} */
  let at = shown.firstChild;
  for (const wanted of [...next.childNodes]) {
    const found = counterpart(at, wanted, byId);
    if (!found) {
      shown.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else shown.insertBefore(found, at);
    if (found instanceof Element && wanted instanceof Element) morph(found, wanted);
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
  }
  while (at) {
    const after = at.nextSibling;
    at.remove();
    at = after;
  }
}

/**
 * What is shown already of a wanted node: by its id, else what stands in its place.
 * @param {ChildNode | null} at
 * @param {ChildNode} wanted
 * @param {Map<string, Element>} byId
 * @returns {ChildNode | null}
 */
function counterpart(at, wanted, byId) {
  if (wanted instanceof Element && wanted.id) return byId.get(wanted.id) ?? null;
  if (!at || at.nodeName !== wanted.nodeName || (at instanceof Element && at.id)) return null;
  return at;
}

/**
 * @param {Element} shown
 * @param {Element} next
 */
function morphAttributes(shown, next) {
  for (const { name, value } of next.attributes)
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  for (const { name } of [...shown.attributes])
    if (!next.hasAttribute(name) && !keptAttributes.includes(name)) shown.removeAttribute(name);
}
