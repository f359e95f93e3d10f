/** Edits, deletions, reactions and the HTTP API under them. */
import assert from "node:assert/strict";
import test from "node:test";
import { ApiError, createApi, NetworkError, newKey } from "../../static/js/core/api.js";
import { FakeBrowser, settle } from "./fakes/browser.js";
import { rest } from "./fakes/clock.js";
import { FakeServer } from "./fakes/server.js";

test("an edit is shown as soon as it is stored", async () => {
  const { server, tab, message } = await opened();
  server.deliver = () => {};
  await tab.client.edit(message, "changed");
  assert.equal(tab.store.timeline(1).value.messages[0].text, "changed");
  await tab.clock.advance(1000);
  await settle(tab);
  assert.equal(tab.store.state().streams["room-1"].position, server.streams.get("room-1").head);
});

test("an edit whose answer is lost is repeated with the same key", async () => {
  const { server, tab, message } = await opened();
  const keys = [];
  const { fetchAs } = server;
  assert.ok(fetchAs);
  server.interfere = method => {
    if (method !== "PATCH") return undefined;
    keys.push(1);
    return keys.length < 3 ? new TypeError("connection reset") : undefined;
  };
  const edited = tab.client.edit(message, "changed");
  await rest();
  await tab.clock.advance(10_000);
  assert.equal((await edited).text, "changed");
  assert.equal(keys.length, 3);
});

test("an edit that rests on an older version brings the present one", async () => {
  const { server, tab, message } = await opened();
  server.edit(message.id, "from another device");
  await assert.rejects(tab.client.edit(message, "mine"), error => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual(
      [error.status, error.code, error.problem.message.text],
      [409, "edit_conflict", "from another device"],
    );
    return true;
  });
});

test("a deletion leaves a tombstone", async () => {
  const { tab, message } = await opened();
  const tombstone = await tab.client.remove(message);
  assert.ok(tombstone.deleted_at);
  assert.equal(tab.store.timeline(1).value.messages[0].text, "");
});

test("a reaction that is refused is taken back", async () => {
  const { server, tab, message } = await opened();
  server.interfere = method =>
    method === "PUT" ? new Response('{"code": "not_allowed"}', { status: 403 }) : undefined;
  const reacted = tab.client.react(message.id, "👍", true);
  assert.equal(tab.store.timeline(1).value.messages[0].reactions.length, 1);
  await assert.rejects(reacted, ApiError);
  assert.equal(tab.store.timeline(1).value.messages[0].reactions.length, 0);
});

test("a room that was made is there when its promise is kept", async () => {
  const { server, tab } = await opened();
  const deliver = server.deliver;
  server.deliver = () => {};
  const made = tab.client.createRoom({ kind: "direct", member_ids: [server.alice] });
  await rest();
  server.deliver = deliver;
  await tab.clock.advance(1000);
  const { id } = await made;
  assert.equal(tab.store.room(id).value.kind, "direct");
});

test("requests carry the CSRF token on writes, the key, and JSON", async () => {
  const seen = [];
  const api = createApi({
    csrfToken: "first",
    fetch: async (address, init) => {
      seen.push({ address, ...init });
      return new Response('{"csrf_token": "second"}');
    },
  });
  await api.me();
  await api.postMessage(12, { text: "hello" }, "key-1");
  await api.react(5, "👍🏽", "key-2");
  const [read, post, put] = seen;
  assert.equal(read.headers["X-CSRF-Token"], undefined);
  assert.equal(post.address, "/api/rooms/12/messages");
  assert.deepEqual(
    [post.headers["X-CSRF-Token"], post.headers["Idempotency-Key"], post.body],
    ["second", "key-1", '{"text":"hello"}'],
  );
  assert.equal(put.address, `/api/messages/5/reactions/${encodeURIComponent("👍🏽")}`);
});

test("problems, lost connections and pages of proxies are told apart", async () => {
  const answers = [
    new Response('{"code": "invalid", "detail": "words", "errors": {"text": "too long"}}', { status: 422 }),
    new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Retry-After": "3" } }),
    new Response("<h1>Sign in to the Wi-Fi</h1>", { status: 200 }),
    new TypeError("no route to host"),
  ];
  const api = createApi({
    csrfToken: "",
    fetch: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  await assert.rejects(api.me(), error => error instanceof ApiError && error.errors.text === "too long");
  await assert.rejects(
    api.me(),
    error => error instanceof ApiError && error.status === 502 && error.retryAfterMs === 3000,
  );
  await assert.rejects(api.me(), NetworkError);
  await assert.rejects(api.me(), NetworkError);
});

test("keys are UUIDs, also where the page came over plain HTTP", () => {
  const { randomUUID } = globalThis.crypto;
  globalThis.crypto.randomUUID = undefined;
  const key = newKey();
  globalThis.crypto.randomUUID = randomUUID;
  assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  const message = server.post(1, server.bob, "first");
  return { server, message, tab: await new FakeBrowser(server, server.bob).openTab() };
}
