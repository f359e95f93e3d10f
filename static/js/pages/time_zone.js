/** New people get the time zone of their browser, unless they chose another. */

export function takeTimeZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const hidden = document.querySelector("[data-time-zone]");
  if (hidden instanceof HTMLInputElement) hidden.value = zone;
  const list = document.querySelector("select[name=time_zone]");
  if (!(list instanceof HTMLSelectElement) || list.value !== "UTC") return;
  if ([...list.options].some(option => option.value === zone)) list.value = zone;
}
