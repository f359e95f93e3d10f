/** Keeps the delivery page as it is now: asks for it every two seconds while somebody looks. */
import { morph } from "../lib/morph.js";
import { writeTimes } from "./times.js";

const everyMs = 2000;
const patienceMs = 10_000;

const shown = /** @type {HTMLElement} */ (document.getElementById("delivery"));
const lost = /** @type {HTMLElement} */ (document.getElementById("delivery-lost"));
let timer = 0;
let isAsking = false;

async function refresh() {
  clearTimeout(timer);
  if (document.hidden || isAsking) return;
  isAsking = true;
  try {
    take(await fetchPage());
  } catch {
    lost.hidden = false;
  }
  isAsking = false;
  timer = window.setTimeout(refresh, everyMs);
}

/** @param {Document} page */
function take(page) {
  const next = page.getElementById("delivery");
  const told = page.getElementById("delivery-lost");
  // Signed out, or no owner any more: another page was answered.
  if (!next || !told) return location.reload();
  morph(shown, next);
  morph(lost, told);
  writeTimes();
}

/**
 * The page as the server writes it now. By XMLHttpRequest, because it parses without a string in between, which the
 * page's policy on scripts does not let through.
 * @returns {Promise<Document>} rejects when the server did not answer with a page
 */
function fetchPage() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname);
    request.setRequestHeader("Accept", "text/html");
    request.responseType = "document";
    request.timeout = patienceMs;
    request.onload = () => {
      if (request.responseXML && request.status < 500) resolve(request.responseXML);
      else reject(new Error(`HTTP ${request.status}`));
    };
    request.onerror = () => reject(new Error("no connection"));
    request.ontimeout = () => reject(new Error("no answer in time"));
    request.send();
  });
}

document.addEventListener("visibilitychange", refresh);
timer = window.setTimeout(refresh, everyMs);
