/** Do not disturb: pausing for a while, and whether I rest at this moment. */
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import { isResting } from "../core/attention.js";
import { client } from "./client.js";
import { t } from "./i18n.js";
import { toast } from "./toast.js";
import { sentenceOf } from "./words.js";

const everyMs = 15_000;
const morningHour = 9;

/** Rest begins and ends by the clock. */
const tick = signal(Date.now());
setInterval(() => {
  tick.value = Date.now();
}, everyMs);

const wishes = () => {
  const { dnd_until = null, dnd_schedule = null } = client.store.preferences.value;
  return { dnd_until, dnd_schedule };
};

const resting = computed(() => isResting(wishes(), tick.value));

/** Whether I do not want to be disturbed now. */
export const amResting = () => resting.value;

/** Until when I have paused; null when I have not. @returns {string | null} */
export function pausedUntil() {
  const { dnd_until: until } = wishes();
  return until && Date.parse(until) > tick.value ? until : null;
}

/** @param {number} minutes */
export const pauseFor = minutes => pauseUntil(new Date(Date.now() + minutes * 60_000));

/** Until nine o'clock tomorrow, where I am. */
export function pauseUntilMorning() {
  const now = new Date();
  pauseUntil(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, morningHour));
}

/** @param {Date | null} moment null: no longer */
export async function pauseUntil(moment) {
  try {
    await client.api.setPreferences({ dnd_until: moment?.toISOString() ?? null });
    tick.value = Date.now();
    toast(moment ? t("Notifications are paused") : t("Notifications are on again"));
  } catch (error) {
    toast(sentenceOf(error));
  }
}

export const resume = () => pauseUntil(null);
