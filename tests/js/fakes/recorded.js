/**
 * A server from a tape (`tests/model/tape.py`): it knows what the real one would have told one person at each step, and
 * answers what a client asks of it.
 */
import { FakeSocket } from "./server.js";

/** Put what is repeated back to its places. */
export function unfold({ pool, ...vector }) {
  const unfolded = [];
  const open = value => {
    if (Array.isArray(value)) return value.map(open);
    if (value === null || typeof value !== "object") return value;
    if ("$" in value) return unfolded[value.$];
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, open(part)]));
  };
  for (const value of pool) unfolded.push(open(value));
  return open(vector);
}

export class RecordedServer {
  epoch = "";
  users = new Map();
  workspace = null;
  sockets = new Set();
  refusesSockets = false;
  silencesSync = false;
  #begins = {};
  #marks = {};
  #events = new Map();
  #snapshots = new Map();

  /** The server has come to another state. */
  become({ epoch, begins, marks, events = {}, snapshots = {} }) {
    if (epoch) {
      this.epoch = epoch;
      this.#events.clear();
      this.#snapshots.clear();
    }
    this.#begins = begins ?? this.#begins;
    this.#marks = marks ?? this.#marks;
    for (const [stream, found] of Object.entries(events)) this.#keep(stream, found);
    for (const [stream, snapshot] of Object.entries(snapshots)) this.#snapshots.set(stream, snapshot);
    for (const { users = [], workspace } of Object.values(snapshots)) {
      for (const user of users) this.users.set(user.id, user);
      this.workspace = workspace ?? this.workspace;
    }
  }

  sync(_userId, { epoch, positions, limit = 500 }) {
    if (epoch && epoch !== this.epoch) return { reset: true, reason: "epoch_changed", epoch: this.epoch };
    const answer = { epoch: this.epoch, events: {}, more: false, fresh: [], gone: [], stale: [] };
    answer.gone = Object.keys(positions)
      .filter(stream => !(stream in this.#begins))
      .sort();
    let left = limit;
    for (const [stream, from] of Object.entries(this.#begins)) {
      const [head, floor] = this.#marks[stream] ?? [0, 0];
      const position = positions[stream];
      if (position === undefined) answer.fresh.push({ stream, head });
      else if (position < Math.max(floor, from - 1) || position > head) answer.stale.push(stream);
      else if (position < head && left <= 0) answer.more = true;
      else if (position < head) {
        const page = this.#after(stream, position, Math.min(head, position + left));
        answer.events[stream] = page;
        answer.more ||= page.at(-1).stream_seq < head;
        left -= page.length;
      }
    }
    return structuredClone(answer);
  }

  ioAs = userId => options => new FakeSocket(this, userId, options);

  fetchAs =
    userId =>
    async (path, { body } = {}) => {
      await null;
      const [status, answer] = this.#route(userId, path, body ? JSON.parse(body) : {});
      await null;
      return new Response(JSON.stringify(answer), { status });
    };

  #route(userId, path, body) {
    if (path === "/api/sync") return [200, this.sync(userId, body)];
    const stream = path.match(/^\/api\/streams\/(.+)\/snapshot$/)?.[1];
    if (stream in this.#begins) return [200, this.#snapshots.get(stream)];
    return [404, { code: "not_found", detail: "" }];
  }

  #keep(stream, found) {
    const held = this.#events.get(stream) ?? new Map();
    this.#events.set(stream, held);
    for (const event of found) held.set(event.stream_seq, event);
  }

  #after(stream, position, until) {
    const held = this.#events.get(stream);
    return Array.from({ length: until - position }, (_, index) => held.get(position + 1 + index));
  }
}
