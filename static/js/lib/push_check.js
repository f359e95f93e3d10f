/** A browser that is to be pushed to stays subscribed: its push service may have ended that, or the server's key be new. */
import { client } from "./client.js";
import * as push from "./push.js";

const startMs = 4000;

export function startPushCheck() {
  if (push.readiness() !== "ready" || Notification.permission !== "granted") return;
  // What the page itself needs comes first. The next page checks again.
  setTimeout(() => check().catch(() => {}), startMs);
}

async function check() {
  const known = await client.api.push();
  // Switched off in the settings of another device.
  if (!known.is_wanted) return push.unsubscribe();
  const subscription = await push.subscribe(known.public_key);
  if (subscription && subscription.endpoint !== known.endpoint) {
    await client.api.subscribePush(subscription.toJSON());
  }
}
