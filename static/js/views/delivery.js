/** How far a message has come: stored, delivered, read, and what the server's listeners have done with it. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { preciseTime } from "../lib/dates.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { lang, t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { formAlert } from "./form.js";

/** @typedef {import("../core/types.js").MessageDelivery} MessageDelivery */
/** @typedef {"done" | "partly" | "waiting" | "failed"} StepState */
/** @typedef {{state: StepState, text: string, note?: string}} Step */

const everyMs = 2000;
const icons = { done: "check", partly: "send", waiting: "clock", failed: "circle-alert" };

/** @param {import("../core/types.js").Message} message */
export function openDelivery(message) {
  /** @type {import("../../vendor/signals-core/signals-core.module.js").Signal<MessageDelivery | null>} */
  const known = signal(null);
  const problem = signal("");
  let isOpen = true;
  let timer = 0;

  async function look() {
    try {
      known.value = await chat.deliveryOf(message);
      problem.value = "";
    } catch (error) {
      problem.value = chat.sentenceOf(error);
    }
    if (isOpen) timer = window.setTimeout(look, everyMs);
  }

  const title = t("Delivery");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => html`
      ${dialogHead(title, close)}
      <div class="dialog-body">
        ${formAlert(problem.value)}
        <ul class="way" aria-busy=${known.value === null && !problem.value}>${known.value ? steps(known.value).map(step) : null}</ul>
      </div>`,
    onClose: () => {
      isOpen = false;
      clearTimeout(timer);
    },
  });
  look();
}

/** @param {Step} step */
const step = ({ state, text, note }) => html`<li data-state=${state}>
  ${icon(icons[state], "i-sm")}<span><b>${text}</b>${note ? html`<small>${note}</small>` : null}</span>
</li>`;

/** @param {MessageDelivery} delivery @returns {Step[]} */
function steps(delivery) {
  const at = preciseTime(delivery.stored_at);
  if (delivery.deleted_at !== null)
    return [
      { state: "done", text: t("Stored {time}", { time: at }) },
      { state: "done", text: t("Deleted {time}", { time: preciseTime(delivery.deleted_at) }) },
    ];
  return [
    {
      state: "done",
      text: t("Stored {time}", { time: at }),
      note: t("Event {seq}", { seq: delivery.seq.toLocaleString(lang()) }),
    },
    delivered(delivery),
    read(delivery.read),
    ...delivery.listeners.map(listener),
  ];
}

/** @param {{connected: number, delivered: number}} counts @returns {Step} */
function delivered({ connected, delivered: reached }) {
  if (!connected) return { state: "waiting", text: t("Nobody else of the room is connected now") };
  const state = reached >= connected ? "done" : "partly";
  return {
    state,
    text: tn(
      "Delivered to {reached} of {n} connected person",
      "Delivered to {reached} of {n} connected people",
      connected,
      { reached: reached.toLocaleString(lang()) },
    ),
  };
}

/** @param {number} count @returns {Step} */
const read = count =>
  count
    ? { state: "done", text: tn("Read by {n} person", "Read by {n} people", count) }
    : { state: "waiting", text: t("Read by nobody yet") };

/** @param {import("../core/types.js").ListenerProgress} progress @returns {Step} */
function listener({ name, is_done: isDone, is_given_up: isGivenUp }) {
  const [done, waiting, failed] = wordsOf(name);
  if (isDone) return { state: "done", text: done };
  return isGivenUp ? { state: "failed", text: failed } : { state: "waiting", text: waiting };
}

/** @param {string} name @returns {[done: string, waiting: string, failed: string]} */
function wordsOf(name) {
  if (name === "search_index")
    return [t("Indexed for search"), t("Not indexed for search yet"), t("Could not be indexed for search")];
  if (name === "analytics")
    return [t("Counted in the statistics"), t("Not counted yet"), t("Could not be counted")];
  if (name === "response_times")
    return [
      t("Counted in the response times"),
      t("Not counted in the response times yet"),
      t("Could not be counted in the response times"),
    ];
  if (name === "push")
    return [t("Pushed to whom it concerns"), t("Not pushed yet"), t("Could not be pushed everywhere")];
  if (name === "mail")
    return [
      t("Nothing left to mail"),
      t("To be mailed if it stays unread"),
      t("Could not be mailed to everybody"),
    ];
  if (name === "webhooks")
    return [
      t("Sent to the webhooks that want it"),
      t("Not sent to all webhooks yet"),
      t("Could not be sent to all webhooks"),
    ];
  if (name === "link_previews")
    return [t("Links are previewed"), t("Links are not previewed yet"), t("Links could not be previewed")];
  if (name === "broker")
    return [
      t("Handed to the broker"),
      t("Not handed to the broker yet"),
      t("Could not be handed to the broker"),
    ];
  return [
    t("{name}: done", { name }),
    t("{name}: not done yet", { name }),
    t("{name}: could not be done", { name }),
  ];
}
