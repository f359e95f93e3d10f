/** Pages with one card: sign in, first run, join, reset. */
import { loadLanguage } from "../lib/i18n.js";
import { startPreviewing } from "./photo.js";
import { startRevealing } from "./reveal.js";
import { startMeasuring } from "./strength.js";
import { takeTimeZone } from "./time_zone.js";

const wrong = document.querySelector("[aria-invalid=true]");
if (wrong instanceof HTMLElement) wrong.focus();
await loadLanguage(document.documentElement.lang);
startRevealing();
startMeasuring();
startPreviewing();
takeTimeZone();
