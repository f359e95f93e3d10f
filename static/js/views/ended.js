/** The sentence that covers everything when the session is over. */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

export function watchSession() {
  const stop = effect(() => {
    if (!chat.isSignedOut()) return;
    queueMicrotask(() => {
      stop();
      show();
    });
  });
}

function show() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.remove();
  const screen = document.createElement("div");
  screen.className = "ended";
  screen.setAttribute("role", "alertdialog");
  screen.setAttribute("aria-label", t("You are signed out"));
  const app = document.getElementById("app");
  if (app) app.inert = true;
  document.body.append(screen);
  render(sentence(), screen);
  screen.querySelector("a")?.focus();
}

function sentence() {
  const { unsent } = chat.unsentCounts();
  const kept = tn(
    "{n} unsent message stays in this browser and goes out when you are back.",
    "{n} unsent messages stay in this browser and go out when you are back.",
    unsent,
  );
  return html`<div class="ended-in">${icon("log-out", "i-lg")}
    <h1>${t("You are signed out")}</h1>
    <p>${t("Your session has ended, here or from another device.")}</p>
    ${unsent ? html`<p>${kept}</p>` : null}
    <a class="btn btn-primary btn-lg" href="/sign-in?next=${encodeURIComponent(location.pathname)}">${t("Sign in again")}</a></div>`;
}
