/**
 * Runs of the model test (`tests/model/`), as one client lived through them: what came over the wire with all its losses,
 * doubles and delays, crashes, a trimmed log, restored backups. At the end the core shows what must be shown.
 *
 * STET_VECTORS names a folder with other vectors than the fixed ones.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { draftKey } from "../../static/js/core/reducer.js";
import { FakeBrowser, plain, settle } from "./fakes/browser.js";
import { rest } from "./fakes/clock.js";
import { RecordedServer, unfold } from "./fakes/recorded.js";

const folder = process.env.STET_VECTORS
  ? new URL(`file://${process.env.STET_VECTORS}/`)
  : new URL("../fixtures/model/", import.meta.url);
const files = readdirSync(folder).filter(name => name.endsWith(".json"));

test("there are vectors", () => assert.notEqual(files.length, 0));

for (const file of files) {
  test(`${file} ends as it must`, async () => {
    const { steps, user_id: userId } = unfold(JSON.parse(readFileSync(new URL(file, folder), "utf8")));
    const server = new RecordedServer();
    server.become(steps[0].server);
    let tab = await new FakeBrowser(server, userId).openTab();
    const furthest = {};
    const watch = () =>
      tab.store.onChange(state => {
        for (const [stream, { position }] of Object.entries(state.streams)) {
          const place = `${state.epoch} ${stream}`;
          assert.ok(position >= (furthest[place] ?? 0), `${stream} went back to ${position}`);
          furthest[place] = position;
        }
      });
    watch();

    for (const [index, step] of steps.slice(1).entries()) {
      if (step.server) server.become(step.server);
      if (step.ask) assert.deepEqual(server.sync(userId, step.ask), step.answer);
      if (step.hear) tab.socket.hear("events", structuredClone(step.hear));
      if (step.cut) {
        server.refusesSockets = true;
        tab.socket.cut();
      }
      if (step.reload) {
        tab.client.close();
        server.refusesSockets = false;
        tab = await new FakeBrowser(server, userId).openTab();
        watch();
      }
      if (step.connect) {
        server.refusesSockets = false;
        tab.client.wake();
      }
      if (step.end) await endsAs(tab, server.epoch, step.end);
      // Now and then much happens before the client is done with what it asked.
      await rest((index * 7) % 5);
    }
    tab.client.close();
  });
}

async function endsAs(tab, epoch, snapshots) {
  await tab.clock.advance(70_000);
  await settle(tab);
  assert.deepEqual(plain(tab.store), expected(epoch, snapshots));
}

/** The state that the snapshots of all streams make, in the form of `plain`. */
function expected(epoch, snapshots) {
  const {
    users,
    workspace,
    drafts,
    scheduled,
    reminders,
    emoji = [],
    threads,
    saved = [],
    poll_votes: pollVotes,
  } = Object.values(snapshots).find(snapshot => "workspace" in snapshot);
  const rooms = Object.values(snapshots).filter(snapshot => "messages" in snapshot);
  const byRoom = value => Object.fromEntries(rooms.map(snapshot => [snapshot.room.id, value(snapshot)]));
  return {
    epoch,
    workspace,
    drafts: Object.fromEntries(drafts.map(draft => [draftKey(draft.room_id, draft.parent_id), draft])),
    emoji: Object.fromEntries(emoji.map(own => [own.id, own])),
    threads: Object.fromEntries(threads.map(thread => [thread.message_id, thread])),
    scheduled: Object.fromEntries(scheduled.map(each => [each.id, each])),
    pollVotes: Object.fromEntries(pollVotes.map(each => [each.message_id, each.options])),
    reminders: Object.fromEntries(reminders.map(each => [each.id, each])),
    users: Object.fromEntries(users.map(user => [user.id, user])),
    rooms: byRoom(({ room }) => room),
    members: byRoom(({ members }) => Object.fromEntries(members.map(member => [member.user_id, member]))),
    pins: byRoom(({ pins = [] }) => Object.fromEntries(pins.map(pin => [pin.message_id, pin]))),
    saved: Object.fromEntries(saved.map(one => [one.message_id, one])),
    openRooms: null,
    recounts: {},
    isSessionEnded: false,
    timelines: byRoom(({ messages, has_before: hasBefore }) => ({ messages, hasBefore })),
    positions: Object.fromEntries(
      Object.entries(snapshots).map(([stream, snapshot]) => [stream, snapshot.stream_seq]),
    ),
  };
}
