/** A page that is left open does not grow: neither what the store holds of the room in view, nor the rows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore, mostMessages } from "../../static/js/core/store.js";
import { mostRows, TimelineWindow } from "../../static/js/lib/timeline_window.js";

const epoch = "e";

/** @param {number} id */
const message = id => ({
  id,
  room_id: 2,
  parent_id: null,
  author_id: 7,
  client_id: `c${id}`,
  text: `${id}`,
  html: `${id}`,
  version: 1,
  created_at: "2026-11-24T09:00:00.000Z",
  edited_at: null,
  deleted_at: null,
  reactions: [],
  mentions: [],
  attachments: [],
});

/** A store with a room in view, and the window of its timeline as the element uses it. */
function opened() {
  const store = createStore({ userId: 1, epoch });
  const room = {
    id: 2,
    stream: "room-2",
    kind: "open",
    read_message_id: 0,
    unread_count: 0,
    mention_count: 0,
  };
  store.applySnapshot(
    /** @type {any} */ ({ stream: "room-2", stream_seq: 0, epoch, room, members: [], messages: [] }),
  );
  const window = new TimelineWindow(
    async () => ({ messages: [], has_before: false, has_after: false }),
    () => store.timeline(2).peek() ?? undefined,
  );
  store.showRoom(2);
  store.lookAt(2, () => window.messages.peek().map(({ id }) => id));
  window.showNewest();
  let isAtEnd = true;
  store.onChange(() => {
    assert.ok(window.follow(), "what is in view stays in the store");
    window.bound(isAtEnd);
  });
  let seq = 0;
  return {
    store,
    window,
    held: () => {
      const line = store.state().timelines[2];
      return line.messages.length + Object.keys(line.fetched).length;
    },
    scrollUp: () => {
      isAtEnd = false;
    },
    /** @param {number} count */
    post(count) {
      for (let i = 0; i < count; i += 1) {
        seq += 1;
        const event = {
          stream_seq: seq,
          seq,
          type: "message_posted",
          message_id: seq,
          version: 1,
          actor_id: 7,
          at: "2026-11-24T09:00:00.000Z",
          data: { message: message(seq) },
        };
        store.apply("room-2", /** @type {any} */ (event));
      }
      return seq;
    },
  };
}

test("at the end there are never more rows than can be waiting, and the newest is among them", () => {
  const room = opened();
  const newest = room.post(3000);
  assert.ok(room.window.messages.peek().length <= mostRows * 1.5 + 1);
  assert.equal(room.window.messages.peek().at(-1)?.id, newest);
  assert.ok(room.held() <= 1200 + mostMessages);
  assert.equal(room.window.hasBefore.peek(), true);
});

test("who has scrolled up keeps what is being read, and the newer messages wait below it", () => {
  const room = opened();
  room.post(200);
  const first = room.window.messages.peek()[0];
  room.scrollUp();
  room.post(3000);
  assert.equal(room.window.messages.peek()[0], first);
  assert.ok(room.window.messages.peek().length <= mostRows * 1.5 + 1);
  assert.equal(room.window.hasAfter.peek(), true);
  assert.ok(room.held() <= 1200 + mostMessages);
});

test("the newest messages are there at once for whoever goes back to the end", () => {
  const room = opened();
  room.post(200);
  room.scrollUp();
  const newest = room.post(2000);
  room.window.showNewest();
  assert.equal(room.window.messages.peek().at(-1)?.id, newest);
  assert.equal(room.window.hasAfter.peek(), false);
});
