/** Notifications of this browser: whether it shows them, and showing one. */

const logo = new URL("../../img/logo.svg", import.meta.url).href;
const offKey = "stet.notifications";

/** Whether this browser knows notifications at all; without HTTPS it hides them. */
export const canNotify = () => "Notification" in globalThis && isSecureContext;

/** @returns {"unknown" | "asked" | "granted" | "denied"} asked: nobody has decided yet */
export function permission() {
  if (!canNotify()) return "unknown";
  return Notification.permission === "default" ? "asked" : Notification.permission;
}

/** Whether they are wanted here: a choice of this device. */
export const isWanted = () => localStorage.getItem(offKey) !== "off";

export const isOn = () => permission() === "granted" && isWanted();

/**
 * Only ever after a press: browsers hold it against a page that asks by itself.
 * @returns {Promise<boolean>} whether they are on now
 */
export async function turnOn() {
  if (!canNotify()) return false;
  localStorage.removeItem(offKey);
  if (Notification.permission === "default") await Notification.requestPermission();
  return isOn();
}

export const turnOff = () => localStorage.setItem(offKey, "off");

/**
 * @param {string} title
 * @param {{body: string, tag: string, onClick?: () => void}} what one of a tag takes the place of the one before
 * @returns {Promise<{close: () => void}>}
 */
export async function show(title, { body, tag, onClick }) {
  /** @type {any} `renotify` is missing in the types */
  const options = { body, tag, renotify: true, silent: true, icon: logo, data: { tag } };
  try {
    const made = new Notification(title, options);
    made.addEventListener("click", () => {
      window.focus();
      made.close();
      onClick?.();
    });
    return made;
  } catch {
    // On Android only service workers may show them.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(title, options);
    return { close: () => void closeAll(worker, tag) };
  }
}

/** @param {ServiceWorkerRegistration | undefined} worker @param {string} tag */
async function closeAll(worker, tag) {
  for (const one of (await worker?.getNotifications({ tag })) ?? []) one.close();
}
