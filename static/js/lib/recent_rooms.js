/** The rooms that were in view last on this device, the latest first. */

const key = "stet.recent";
const most = 20;

/** @returns {number[]} */
export function recentRooms() {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter(Number.isInteger) : [];
  } catch {
    return [];
  }
}

/** @param {number} id */
export function noteRoom(id) {
  const others = recentRooms().filter(other => other !== id);
  localStorage.setItem(key, JSON.stringify([id, ...others].slice(0, most)));
}
