/** Registering the service worker, from whichever page needs it. */

const workerPath = "/sw.js";
/** Trusted Types want to know which scripts become workers: this one and no other. */
const policy = window.trustedTypes?.createPolicy("stet-worker", {
  createScriptURL: address => (address === workerPath ? address : ""),
});

/** @returns {Promise<ServiceWorkerRegistration>} */
export function registerWorker() {
  const address = /** @type {string} */ (
    /** @type {unknown} */ (policy?.createScriptURL(workerPath) ?? workerPath)
  );
  return navigator.serviceWorker.register(address, { updateViaCache: "none" });
}
