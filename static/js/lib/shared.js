/** What another app shared with this one: in the address, or kept by the service worker as it came, with its files. */

/** As in `worker.js`. */
const sharedCache = "shared";

/** @typedef {{text: string, files: File[], isLost: boolean}} Shared `isLost`: there were files, or too many words, that did not come along */

/** What the address of this page leads to. @returns {Promise<Shared>} */
export async function readShared() {
  const asked = new URLSearchParams(location.search);
  const kept = asked.has("kept") ? await keptForm() : null;
  return {
    text: sharedText(kept ?? asked),
    files: (kept?.getAll("files") ?? []).filter(part => part instanceof File).filter(file => file.name),
    isLost: asked.has("lost"),
  };
}

/** @returns {Promise<FormData | null>} null: taken, dismissed, or pushed out by a later one */
async function keptForm() {
  try {
    const answer = await caches.match(location.pathname + location.search, { cacheName: sharedCache });
    return (await answer?.formData()) ?? null;
  } catch {
    return null;
  }
}

/** It was taken or dismissed, or nobody is signed in any more. Plain HTTP has no caches. */
export const forgetShared = async () => {
  await globalThis.caches?.delete(sharedCache).catch(() => {});
};

/**
 * The parts that say something, each once: many apps put the address into the text as well.
 * @param {{get: (name: string) => unknown}} shared
 */
export function sharedText(shared) {
  const parts = ["title", "text", "url"].map(name => {
    const part = shared.get(name);
    return typeof part === "string" ? part.trim() : "";
  });
  return parts
    .filter(
      (part, i) =>
        part && !parts.some((other, j) => i !== j && other.includes(part) && (other !== part || j < i)),
    )
    .join("\n");
}
