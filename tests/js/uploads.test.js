/** Files on their way: in pieces, over lost connections and reloads, and with their message once. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, settle } from "./fakes/browser.js";
import { rest } from "./fakes/clock.js";
import { FakeServer } from "./fakes/server.js";

const long = "x".repeat(700_000);

test("a file goes in pieces, and its message after it", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "long.txt", long);
  await tab.client.send(1, "look", { files: [file] });
  assert.deepEqual(states(tab), ["sending"]);
  await finished(tab);
  const pieces = server.requests.filter(line => line.startsWith("PATCH /api/uploads"));
  assert.equal(pieces.length, 2);
  assert.equal(server.uploads.get(1).text, long);
  const [message] = server.messages.values();
  assert.deepEqual(
    message.attachments.map(({ name }) => name),
    ["long.txt"],
  );
  assert.deepEqual(await bytesIn(tab), []);
});

test("an upload that has begun in the message field is not begun again", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "long.txt", long);
  const beside = tab.client.uploads.finish(file);
  await tab.client.send(1, "", { files: [file] });
  await finished(tab);
  assert.equal((await beside).is_complete, true);
  assert.equal(server.requests.filter(line => line === "POST /api/uploads").length, 1);
  assert.equal(server.uploads.size, 1);
});

test("after a lost connection it goes on where it stood", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "long.txt", long);
  let pieces = 0;
  server.interfere = method => (method === "PATCH" && ++pieces === 2 ? new TypeError("cut") : undefined);
  await tab.client.send(1, "look", { files: [file] });
  await waited();
  assert.deepEqual(states(tab), ["queued"]);
  const before = server.uploads.get(1).text.length;
  assert.ok(before > 0 && before < long.length);
  await tab.clock.advance(2000);
  await finished(tab);
  assert.deepEqual([server.uploads.get(1).text.length, server.messages.size], [long.length, 1]);
});

test("an answer that was lost is found out by the offset", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "long.txt", long);
  await tab.client.send(1, "look", { files: [file] });
  server.interfere = async method => {
    if (method !== "PATCH") return;
    // The piece arrives, and its answer does not.
    server.interfere = () => undefined;
    server.uploads.get(1).text = long.slice(0, 100_000);
  };
  await finished(tab);
  assert.equal(server.uploads.get(1).text, long);
});

test("a reload keeps the bytes: the next page sends them", async () => {
  const { server, browser, tab } = await opened();
  const file = await kept(tab, "long.txt", long);
  server.interfere = method => (method === "PATCH" ? new TypeError("no route to host") : undefined);
  await tab.client.send(1, "look", { files: [file] });
  await waited();
  tab.client.close();
  server.interfere = () => undefined;
  const next = await browser.openTab();
  await finished(next);
  assert.equal(server.uploads.get(1).text, long);
  assert.deepEqual([states(next), server.messages.size], [[], 1]);
  assert.deepEqual(await bytesIn(next), []);
  next.client.close();
});

test("what is said meanwhile does not wait for a file", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "long.txt", long);
  let letGo = () => {};
  const held = new Promise(resolve => {
    letGo = () => resolve(undefined);
  });
  server.interfere = method => (method === "PATCH" ? held : undefined);
  await tab.client.send(1, "with a film", { files: [file] });
  await tab.client.send(1, "quick");
  await waited();
  assert.deepEqual(texts(server), ["quick"]);
  server.interfere = () => undefined;
  letGo();
  await finished(tab);
  assert.deepEqual(texts(server), ["quick", "with a film"]);
});

test("a refused file fails its message with the reason, and can be tried again", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "a.txt", "abc");
  server.interfere = (_method, path) =>
    path === "/api/uploads" ? problem(413, "person_quota_full") : undefined;
  const clientId = await tab.client.send(1, "look", { files: [file] });
  await waited();
  assert.deepEqual([states(tab), tab.store.pending.value[0].error.code], [["failed"], "person_quota_full"]);
  server.interfere = () => undefined;
  await tab.client.retry(clientId);
  await finished(tab);
  assert.deepEqual(texts(server), ["look"]);
});

test("a message that is discarded takes its upload along", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "long.txt", long);
  let pieces = 0;
  server.interfere = method => (method === "PATCH" && ++pieces > 1 ? new TypeError("cut") : undefined);
  const clientId = await tab.client.send(1, "look", { files: [file] });
  await waited();
  await tab.client.discard(clientId);
  await tab.clock.advance(60_000);
  assert.deepEqual([server.uploads.size, server.messages.size, await bytesIn(tab)], [0, 0, []]);
});

test("a message that goes back to the field keeps its files", async () => {
  const { server, tab } = await opened();
  const file = await kept(tab, "a.txt", "abc");
  server.interfere = (_method, path) =>
    path.endsWith("/messages") ? problem(409, "room_archived") : undefined;
  const clientId = await tab.client.send(1, "look", { files: [file] });
  await waited();
  const row = await tab.client.discard(clientId, true);
  assert.deepEqual([row.files.length, server.uploads.size, (await bytesIn(tab)).length], [1, 1, 1]);
});

test("signing out leaves no bytes in the browser", async () => {
  const { tab } = await opened();
  await kept(tab, "a.txt", "abc");
  await tab.client.signOut();
  assert.deepEqual(await bytesIn(tab), []);
});

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  const browser = new FakeBrowser(server, server.bob);
  return { server, browser, tab: await browser.openTab() };
}

/** Choose a file in the message field of the room. */
async function kept(tab, name, text) {
  const file = { client_id: crypto.randomUUID(), name, size_bytes: text.length, content_type: "text/plain" };
  await tab.client.uploads.keep({ ...file, room_id: 1, parent_id: null, blob: new Blob([text]) });
  return file;
}

async function waited() {
  for (let turn = 0; turn < 30; turn += 1) await rest(20);
}

async function finished(tab) {
  for (let turn = 0; turn < 100 && tab.store.pending.value.length; turn += 1) await rest(20);
  await settle(tab);
}

const bytesIn = tab => tab.client.uploads.kept();
const states = tab => tab.store.pending.value.map(row => row.state);
const texts = server => [...server.messages.values()].map(({ text }) => text);
const problem = (status, code) => new Response(JSON.stringify({ code, detail: "words" }), { status });
