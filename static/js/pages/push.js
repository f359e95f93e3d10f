/** Pushes, in the settings of notifications: the switch of this browser, and all browsers that are subscribed. */
import { announce } from "../lib/announcer.js";
import { fullTime } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import * as push from "../lib/push.js";
import { toast } from "../lib/toast.js";

/** @typedef {{id: number, device: string, is_current: boolean, created_at: string, last_ok_at: string | null, last_error: string | null}} Subscription */

const root = "/api/push";
const looksForTest = 20;
const lookMs = 500;

const box = /** @type {HTMLInputElement} */ (document.getElementById("push-on"));
const words = /** @type {HTMLElement} */ (document.getElementById("push-state"));
const list = /** @type {HTMLElement} */ (document.getElementById("push-devices"));
/** @type {{public_key: string, is_wanted: boolean, subscriptions: Subscription[]}} */
let known = { public_key: "", is_wanted: false, subscriptions: [] };
let isOn = false;

export async function startPush() {
  box.addEventListener("change", () => attempt(box.checked ? turnOn : turnOff));
  await attempt(begin);
}

async function begin() {
  await look();
  if (push.readiness() !== "ready" || Notification.permission !== "granted") return;
  // The push service may have ended it since, or the server's key be new; or it was switched off elsewhere.
  if (known.is_wanted) await turnOn();
  else await push.unsubscribe();
}

async function turnOn() {
  const subscription = await push.subscribe(known.public_key);
  if (subscription) await ask("POST", "/subscriptions", subscription.toJSON());
  await look();
}

async function turnOff() {
  const row = mine();
  if (row) await ask("DELETE", `/subscriptions/${row.id}`);
  await push.unsubscribe();
  await look();
}

async function look() {
  known = await ask("GET", "");
  isOn = mine() !== undefined && (await push.present()) !== null;
}

const mine = () => known.subscriptions.find(({ is_current: isCurrent }) => isCurrent);

/** @param {number} id */
const withId = id => known.subscriptions.find(row => row.id === id);

/** @param {Subscription} row */
async function remove(row) {
  if (row.is_current) return turnOff();
  await ask("DELETE", `/subscriptions/${row.id}`);
  await look();
}

/** @param {Subscription} row */
async function test(row) {
  await ask("POST", `/subscriptions/${row.id}/test`);
  announce(t("A test is on its way."));
  for (let at = 0; at < looksForTest; at++) {
    await new Promise(resolve => setTimeout(resolve, lookMs));
    await look();
    const now = withId(row.id);
    if (!now || now.last_ok_at !== row.last_ok_at || now.last_error) break;
  }
  const now = withId(row.id);
  if (now && !now.last_error && now.last_ok_at !== row.last_ok_at) announce(t("The test was sent."));
}

/** @param {() => Promise<void>} act */
async function attempt(act) {
  box.disabled = true;
  try {
    await act();
  } catch {
    toast(t("That did not work. Please try again."));
  }
  paint();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function ask(method, path, body) {
  const token = /** @type {HTMLInputElement} */ (document.querySelector("[name=csrf_token]")).value;
  const answer = await fetch(root + path, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}

function paint() {
  const state = push.readiness();
  box.checked = isOn;
  box.disabled = state !== "ready" || !known.public_key;
  const sentences = {
    ready: t("Also while Stet is closed. While you use Stet on any device, nothing is pushed."),
    denied: t("This browser does not allow them. You can change that in its settings for this site."),
    home: t("On an iPhone or iPad add Stet to the Home Screen first: Share, then Add to Home Screen."),
    unable: t("This browser shows none here. They need HTTPS."),
  };
  words.textContent = sentences[state];
  list.hidden = known.subscriptions.length === 0;
  list.replaceChildren(...known.subscriptions.map(item));
}

/** @param {Subscription} row */
function item(row) {
  const made = document.createElement("li");
  made.className = "set stackable";
  const text = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = row.device;
  if (row.is_current) name.append(" ", tag(t("This device")));
  const result = document.createElement("small");
  result.textContent = resultOf(row);
  text.append(name, result);
  const acts = document.createElement("div");
  acts.className = "row";
  acts.append(
    button(t("Send a test"), t("Send a test to {name}", { name: row.device }), () => test(row)),
    button(t("Remove"), t("Remove {name}", { name: row.device }), () => remove(row)),
  );
  made.append(text, acts);
  return made;
}

/** @param {Subscription} row */
function resultOf(row) {
  if (row.last_error) return t("The last push did not arrive: {error}", { error: row.last_error });
  if (row.last_ok_at) return t("Last push {when}", { when: fullTime(row.last_ok_at) });
  return t("Nothing pushed yet");
}

/** @param {string} text */
function tag(text) {
  const made = document.createElement("span");
  made.className = "tag tag-accent";
  made.textContent = text;
  return made;
}

/**
 * @param {string} text
 * @param {string} label
 * @param {() => Promise<void>} act
 */
function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => {
    made.disabled = true;
    attempt(act);
  });
  return made;
}
