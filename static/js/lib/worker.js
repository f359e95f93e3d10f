/**
 * The page's side of the service worker: registers it, and offers a new version when it is there. Plain HTTP has none.
 */
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "./chat.js";
import { lang, t } from "./i18n.js";
import { isTextField } from "./keys.js";
import { goTo } from "./router.js";
import { toast } from "./toast.js";
import { registerWorker } from "./worker_registration.js";

const startMs = 3000;
const lookEveryMs = 60 * 60 * 1000;
const languageKey = "stet.shell";

const build = document.querySelector("meta[name=build]")?.getAttribute("content") ?? "";

/** Whether this tab asked for the new version. */
let isReloading = false;
let isOffered = false;

export function startWorker() {
  if (!navigator.serviceWorker) return;
  // Somebody pressed a notification of a push.
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "open") goTo(data.path);
  });
  navigator.serviceWorker.startMessages();
  // What the page itself needs comes first.
  setTimeout(() => register().catch(() => {}), startMs);
}

async function register() {
  const registration = await registerWorker();
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isReloading) location.reload();
  });
  watch(registration);
  lookAgain(registration);
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ type: "used", addresses: fontsInUse() });
  tellLanguage(active);
}

/** @param {ServiceWorkerRegistration} registration */
function watch(registration) {
  if (registration.waiting) meet(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      // The first one takes over by itself.
      if (coming.state === "installed" && navigator.serviceWorker.controller) meet(coming);
    });
  });
}

/** A server that was away may have come back as another version. @param {ServiceWorkerRegistration} registration */
function lookAgain(registration) {
  const look = () => registration.update().catch(() => {});
  setInterval(look, lookEveryMs);
  let wasOnline = true;
  effect(() => {
    const isOnline = chat.isOnline();
    if (isOnline && !wasOnline) look();
    wasOnline = isOnline;
  });
}

/** A page that came from the new server already needs no reload. @param {ServiceWorker} waiting */
async function meet(waiting) {
  const version = await versionOf(waiting);
  if (version === build) waiting.postMessage({ type: "activate" });
  else if (!isOffered) offer(waiting);
}

/** @param {ServiceWorker} worker @returns {Promise<string>} */
const versionOf = worker =>
  new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ type: "version" }, [port2]);
  });

/** Not while somebody writes: the offer waits until the field is empty or left. @param {ServiceWorker} waiting */
function offer(waiting) {
  isOffered = true;
  const show = () => {
    if (isWriting()) return;
    removeEventListener("focusout", later);
    removeEventListener("input", later);
    toast(t("A new version of Stet is here."), {
      label: t("Reload"),
      isLasting: true,
      action: () => {
        isReloading = true;
        waiting.postMessage({ type: "activate" });
      },
    });
  };
  const later = () => setTimeout(show);
  addEventListener("focusout", later);
  addEventListener("input", later);
  show();
}

function isWriting() {
  const field = document.activeElement;
  return isTextField(field) && /** @type {HTMLInputElement} */ (field).value !== "";
}

/** Fonts come in parts; those that were loaded before there was a worker are worth keeping too. */
const fontsInUse = () =>
  performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter(name => name.endsWith(".woff2"));

/** The kept page is in the language of its first reader. @param {ServiceWorker | null} worker */
function tellLanguage(worker) {
  const before = localStorage.getItem(languageKey);
  localStorage.setItem(languageKey, lang());
  if (before !== null && before !== lang()) worker?.postMessage({ type: "language" });
}
