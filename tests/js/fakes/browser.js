/** A browser tab with the client in it, signed in as one person of a fake server. */
import "fake-indexeddb/auto";
import { createClient } from "../../../static/js/core/client.js";
import { openDatabase } from "../../../static/js/core/database.js";
import { FakeClock, rest } from "./clock.js";

const channels = new Set();

/** Tabs of one browser hear each other, and the process can end while channels are open. */
class FakeChannel {
  onmessage = null;
  constructor(name) {
    this.name = name;
    channels.add(this);
  }
  postMessage(data) {
    for (const other of channels) {
      if (other !== this && other.name === this.name)
        setImmediate(() => other.onmessage?.({ data: structuredClone(data) }));
    }
  }
  close() {
    channels.delete(this);
  }
}
globalThis.BroadcastChannel = FakeChannel;

let browsers = 0;

export class FakeBrowser {
  #name = `browser-${++browsers}`;
  #queues = new Map();

  constructor(server, userId) {
    this.server = server;
    this.userId = userId;
    this.clock = new FakeClock();
  }

  /** `navigator.locks` of this browser: one holder at a time, over all tabs. */
  locks = {
    request: (name, run) => {
      const before = this.#queues.get(name) ?? Promise.resolve();
      const mine = before.then(run);
      this.#queues.set(
        name,
        mine.catch(() => {}),
      );
      return mine;
    },
  };

  async openTab({ clock = this.clock } = {}) {
    const { server, userId } = this;
    // The process has one `navigator`; each browser brings its own while its tab is made.
    Object.defineProperty(globalThis, "navigator", { value: { locks: this.locks }, configurable: true });
    const here = this.#name;
    globalThis.BroadcastChannel = class extends FakeChannel {
      constructor(name) {
        super(`${here} ${name}`);
      }
    };
    const client = await createClient({
      boot: {
        user: server.users.get(userId),
        csrf_token: "token",
        workspace: server.workspace,
        epoch: server.epoch,
      },
      io: server.ioAs(userId),
      fetch: server.fetchAs(userId),
      clock,
      opening: openDatabase(this.#name),
    });
    const tab = { client, store: client.store, socket: server.lastSocket, clock };
    await client.start();
    await settle(tab);
    return tab;
  }

  database = () => openDatabase(this.#name);
}

/** Wait until the tab has taken in everything that it was told. */
export async function settle({ client }) {
  for (let turn = 0; turn < 60; turn += 1) {
    await rest(20);
    if (client.sync.isSettled()) return;
  }
}

/** What a store says, without how it came about. */
export function plain(store) {
  const state = store.state();
  const lines = Object.entries(state.timelines).map(([roomId, { messages, hasBefore }]) => [
    roomId,
    { messages: messages.slice(-50), hasBefore: hasBefore || messages.length > 50 },
  ]);
  const positions = Object.entries(state.streams).map(([stream, { position }]) => [stream, position]);
  return {
    epoch: state.epoch,
    workspace: state.workspace,
    drafts: state.drafts,
    scheduled: state.scheduled,
    reminders: state.reminders,
    pollVotes: state.pollVotes,
    users: state.users,
    emoji: state.emoji,
    rooms: state.rooms,
    threads: state.threads,
    members: state.members,
    pins: state.pins,
    saved: state.saved,
    openRooms: store.openRooms.peek(),
    recounts: state.recounts,
    isSessionEnded: state.isSessionEnded,
    timelines: Object.fromEntries(lines),
    positions: Object.fromEntries(positions),
  };
}

/** The state of somebody who has just opened the page. */
export async function reloaded(server, userId) {
  const tab = await new FakeBrowser(server, userId).openTab();
  await tab.client.loadOpenRooms();
  const state = plain(tab.store);
  tab.client.close();
  return state;
}
