/** In the place of everything: the page was opened without a connection, in a browser that has kept nothing. */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

export function showNothingKept() {
  const screen = document.createElement("main");
  screen.className = "ended";
  document.getElementById("app")?.remove();
  document.body.append(screen);
  addEventListener("online", tryAgain);
  render(
    html`<div class="ended-in">${icon("wifi-off", "i-lg")}
      <h1>${t("You are offline")}</h1>
      <p>${t("Nothing has been read in this browser yet. A connection is needed first.")}</p>
      <button class="btn btn-primary btn-lg" @click=${tryAgain}>${t("Try again")}</button></div>`,
    screen,
  );
}

const tryAgain = () => location.reload();
