/** Web Push in this browser: whether it can, whether it is subscribed, and subscribing it. */
import { registerWorker } from "./worker_registration.js";

/** @typedef {"ready" | "denied" | "home" | "unable"} Readiness */

/** @returns {Readiness} home: an iPhone shows pushes of what is on its Home Screen alone */
export function readiness() {
  const isAble = isSecureContext && "serviceWorker" in navigator && "PushManager" in globalThis;
  if (!isAble || !("Notification" in globalThis)) return isApplePhone() ? "home" : "unable";
  return Notification.permission === "denied" ? "denied" : "ready";
}

/** An iPad says that it is a Mac, and has a touch screen. */
const isApplePhone = () =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

/** What this browser is subscribed with, null when it is not. @returns {Promise<PushSubscription | null>} */
export async function present() {
  if (readiness() !== "ready" || Notification.permission !== "granted") return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/**
 * Only ever after a press, because it asks for the permission.
 * @param {string} publicKey of the server
 * @returns {Promise<PushSubscription | null>} null when the permission is not given
 */
export async function subscribe(publicKey) {
  if ((await Notification.requestPermission()) !== "granted") return null;
  await registerWorker();
  const registration = await navigator.serviceWorker.ready;
  const before = await registration.pushManager.getSubscription();
  if (before && isOf(before, publicKey)) return before;
  // Of another key, as after a move of the server: nothing would reach it.
  await before?.unsubscribe();
  return registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(publicKey),
  });
}

export async function unsubscribe() {
  await (await present())?.unsubscribe();
}

/** Leave nothing in this browser: no subscription, and no message on the screen. */
export async function forget() {
  await unsubscribe();
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const one of (await registration?.getNotifications?.()) ?? []) one.close();
  await navigator.clearAppBadge?.();
}

/** @param {PushSubscription} subscription @param {string} publicKey */
function isOf(subscription, publicKey) {
  const key = subscription.options.applicationServerKey;
  if (!key) return false;
  const mine = new Uint8Array(key);
  const wanted = bytesOf(publicKey);
  return mine.length === wanted.length && mine.every((byte, at) => byte === wanted[at]);
}

/** @param {string} text Base64 for addresses */
function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, char => char.charCodeAt(0));
}
