/** The settings of notifications: each is saved as it is changed; what was not saved goes back. */
import { announce } from "../lib/announcer.js";
import { fullTime } from "../lib/dates.js";
import * as desktop from "../lib/desktop.js";
import { lang, loadLanguage, t } from "../lib/i18n.js";
import { isComposing } from "../lib/keys.js";
import { play } from "../lib/sound.js";
import { toast } from "../lib/toast.js";
import { startPush } from "./push.js";

await loadLanguage(document.documentElement.lang);

const form = /** @type {HTMLFormElement} */ (document.getElementById("notifications"));
/** @type {Record<string, any>} */
let preferences = JSON.parse(form.dataset.preferences ?? "{}");
const mostKeywords = 50;
const usualHours = { is_on: false, days: [0, 1, 2, 3, 4], starts: "19:00", ends: "08:00", all_day: [5, 6] };

/** @returns {HTMLInputElement[]} */
const dayBoxes = () =>
  [...document.querySelectorAll("#quiet-days input")].map(box => /** @type {HTMLInputElement} */ (box));

/** @param {string} name @param {boolean} isOn */
const check = (name, isOn) => {
  const box = form.elements.namedItem(name);
  if (box instanceof HTMLInputElement) box.checked = isOn;
};

/** @param {string} id */
const input = id => /** @type {HTMLInputElement} */ (document.getElementById(id));

/**
 * @param {Record<string, unknown>} change
 * @returns {Promise<boolean>}
 */
async function save(change) {
  const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token")).value;
  try {
    const answer = await fetch("/api/me/preferences", {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
      body: JSON.stringify(change),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail);
    preferences = body.preferences;
    announce(t("Saved"));
    return true;
  } catch {
    toast(t("That did not work. Please try again."));
    return false;
  } finally {
    paint();
  }
}

form.addEventListener("submit", event => event.preventDefault());

form.addEventListener("change", event => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.name === "level" || field.name === "sound") save({ [field.name]: field.value });
  else if (field.name) save({ [field.name]: field.checked });
  else if (field.closest("[data-quiet]") || field.id === "quiet-on") saveQuietHours();
  if (field.name === "sound") play(/** @type {any} */ (field.value));
});

input("play").addEventListener("click", async () => {
  if (!(await play(preferences.sound))) toast(t("This browser does not play sounds here."));
});

// --- Words ---

/** @param {string} word */
function addKeyword(word) {
  const wanted = word.trim();
  const isThere = preferences.keywords.some(
    (/** @type {string} */ one) => one.toLowerCase() === wanted.toLowerCase(),
  );
  if (!wanted || isThere) return Promise.resolve(true);
  if (preferences.keywords.length >= mostKeywords) {
    toast(t("{n} words are the most.", { n: mostKeywords }));
    return Promise.resolve(false);
  }
  return save({ keywords: [...preferences.keywords, wanted] });
}

/** Several can be pasted or typed at once, with commas between them. */
async function takeKeywords() {
  const field = input("keyword");
  const words = field.value.split(/[,\n]/);
  for (const word of words) if (!(await addKeyword(word))) return;
  field.value = "";
  field.focus();
}

input("add-keyword").addEventListener("click", takeKeywords);
input("keyword").addEventListener("keydown", event => {
  if (event.key !== "Enter" || isComposing(event)) return;
  event.preventDefault();
  takeKeywords();
});

function paintKeywords() {
  const list = /** @type {HTMLElement} */ (document.getElementById("keywords"));
  list.replaceChildren(...preferences.keywords.map(keywordItem));
}

/** @param {string} word */
function keywordItem(word) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "keyword-remove";
  button.textContent = "×";
  button.setAttribute("aria-label", t("Remove {name}", { name: word }));
  button.addEventListener("click", async () => {
    await save({ keywords: preferences.keywords.filter((/** @type {string} */ one) => one !== word) });
    input("keyword").focus();
  });
  item.append(word, button);
  return item;
}

// --- This browser ---

input("desktop-on").addEventListener("change", async event => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.checked) await desktop.turnOn();
  else desktop.turnOff();
  paintDesktop();
});

input("desktop-test").addEventListener("click", () => {
  desktop.show(t("This is a test"), { body: t("So it looks when somebody writes to you."), tag: "test" });
});

function paintDesktop() {
  const state = desktop.permission();
  input("desktop-on").checked = desktop.isOn();
  input("desktop-on").disabled = state === "unknown" || state === "denied";
  input("desktop-test").hidden = !desktop.isOn();
  const words = {
    unknown: t("This browser shows none here. They need HTTPS."),
    denied: t("This browser does not allow them. You can change that in its settings for this site."),
    asked: t("While Stet is open in a tab that you are not looking at."),
    granted: t("While Stet is open in a tab that you are not looking at."),
  };
  input("desktop-state").textContent = words[state];
}

// --- Quiet hours ---

const weekend = [5, 6];
const dayNames = [0, 1, 2, 3, 4, 5, 6].map(day =>
  new Intl.DateTimeFormat(lang(), { weekday: "short", timeZone: "UTC" }).format(
    new Date(Date.UTC(2026, 0, 5 + day)),
  ),
);

function quietHours() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  return preferences.dnd_schedule ?? { ...usualHours, time_zone: zone };
}

function saveQuietHours() {
  const starts = input("quiet-starts").value;
  const ends = input("quiet-ends").value;
  if (!starts || !ends || starts === ends) {
    toast(t("Quiet hours need a beginning and another end."));
    return paint();
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || quietHours().time_zone;
  const days = dayBoxes().flatMap((box, day) => (box.checked ? [day] : []));
  const all_day = input("quiet-weekend").checked ? weekend : [];
  const is_on = input("quiet-on").checked;
  return save({ dnd_schedule: { is_on, days, starts, ends, all_day, time_zone: zone } });
}

function makeDays() {
  const boxes = dayNames.map((name, day) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = String(day);
    label.append(box, name);
    return label;
  });
  document.getElementById("quiet-days")?.append(...boxes);
}

function paintQuietHours() {
  const hours = quietHours();
  input("quiet-on").checked = hours.is_on;
  input("quiet-starts").value = hours.starts;
  input("quiet-ends").value = hours.ends;
  input("quiet-weekend").checked = weekend.every(day => hours.all_day.includes(day));
  for (const [day, box] of dayBoxes().entries()) box.checked = hours.days.includes(day);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-quiet]")))
    part.hidden = !hours.is_on;
  input("quiet-zone").textContent = t("In the time of {zone}", { zone: hours.time_zone });
  const paused = /** @type {HTMLElement} */ (document.getElementById("paused"));
  const until = preferences.dnd_until;
  paused.hidden = !(until && Date.parse(until) > Date.now());
  if (!paused.hidden) paused.textContent = t("Paused until {when}", { when: fullTime(until) });
}

function paint() {
  for (const name of ["level", "sound"])
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[name=${name}]`)))
      box.checked = box.value === preferences[name];
  for (const name of ["notify_preview", "is_sound_on", "mail_missed", "push_text"])
    check(name, preferences[name]);
  const sounds = document.getElementById("sounds");
  if (sounds) sounds.hidden = !preferences.is_sound_on;
  paintKeywords();
  paintDesktop();
  paintQuietHours();
}

makeDays();
paint();
startPush();
