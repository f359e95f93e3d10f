/** What the page starts with: from the server in the page itself, or from this browser when the page came without it. */
import { ApiError, createApi } from "../core/api.js";
import { savedBoot } from "../core/cache.js";

/** @typedef {import("../core/types.js").Boot} Boot */

/**
 * @param {import("../core/database.js").Database} database
 * @returns {Promise<Boot | null>} null: there is no connection, and nothing was kept of anybody
 */
export async function readBoot(database) {
  const given = JSON.parse(document.getElementById("boot")?.textContent ?? "null");
  const boot = given ?? (await savedBoot(database)) ?? (await askedBoot());
  if (!given && boot) document.documentElement.lang = boot.language ?? "en";
  return boot;
}

/** The worker takes a slow server for none. @returns {Promise<Boot | null>} */
async function askedBoot() {
  try {
    const boot = await createApi({ csrfToken: "" }).me();
    return { ...boot, language: boot.user.language };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      location.replace(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      await new Promise(() => {});
    }
    return null;
  }
}
