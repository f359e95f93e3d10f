/** Pages with one card: sign in, first run, join, reset. */
import { openDatabase } from "../core/database.js";
import { loadLanguage } from "../lib/i18n.js";
import { startPreviewing } from "./photo.js";
import { startRevealing } from "./reveal.js";
import { startMeasuring } from "./strength.js";
import { takeTimeZone } from "./time_zone.js";

const wrong = document.querySelector("[aria-invalid=true]");
if (wrong instanceof HTMLElement) wrong.focus();
await loadLanguage(document.documentElement.lang);
// Whoever comes here is not signed in, or about to be somebody else: what was read opens for nobody any more.
openDatabase().then(database => database.change("cache", { clear: true }));
startRevealing();
startMeasuring();
startPreviewing();
takeTimeZone();
