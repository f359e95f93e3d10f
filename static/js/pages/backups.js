/** While a backup is being made: shows what it is at, by loading the page again when that has changed. */
const everyMs = 1500;
const shown = document.getElementById("stage");

async function look() {
  if (!shown) return;
  const response = await fetch(shown.dataset.asks ?? "").catch(() => null);
  const now = response?.ok ? (await response.json()).stage : shown.dataset.stage;
  if (now !== shown.dataset.stage) location.reload();
  else setTimeout(look, everyMs);
}

if (shown) setTimeout(look, everyMs);
