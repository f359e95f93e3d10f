/** Messages on their way, in every state. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, settle } from "./fakes/browser.js";
import { rest } from "./fakes/clock.js";
import { FakeServer } from "./fakes/server.js";

test("a row is stored before it is painted", async () => {
  const { browser, tab } = await opened();
  const database = await browser.database();
  let stored;
  tab.store.pending.subscribe(rows => {
    if (rows.length && !stored) stored = database.all("outbox");
  });
  await tab.client.send(1, "hello");
  assert.equal((await stored)[0].text, "hello");
});

test("a message is painted as sending, then stored once", async () => {
  const { server, tab } = await opened();
  await tab.client.send(1, "hello");
  assert.deepEqual(states(tab), ["sending"]);
  await settle(tab);
  assert.deepEqual([states(tab), texts(tab)], [[], ["hello"]]);
  assert.equal(server.messages.size, 1);
});

test("the answer may come before the broadcast", async () => {
  const { server, browser, tab } = await opened();
  server.deliver = () => {};
  await tab.client.send(1, "hello");
  await rest();
  assert.deepEqual([states(tab), texts(tab)], [[], ["hello"]]);
  await tab.clock.advance(1000);
  await settle(tab);
  assert.deepEqual(texts(tab), ["hello"]);
  assert.equal((await (await browser.database()).all("outbox")).length, 0);
});

test("the broadcast may come before the answer, and a lost answer changes nothing", async () => {
  const { server, tab } = await opened();
  server.isLosingAnswers = true;
  await tab.client.send(1, "hello");
  await settle(tab);
  assert.deepEqual([states(tab), texts(tab)], [[], ["hello"]]);
  await tab.clock.advance(60_000);
  assert.equal(server.messages.size, 1);
});

test("a lost answer and a lost broadcast are made up for with the same key", async () => {
  const { server, tab } = await opened();
  server.deliver = () => {};
  server.isLosingAnswers = true;
  await tab.client.send(1, "hello");
  await rest();
  assert.deepEqual(states(tab), ["queued"]);
  server.isLosingAnswers = false;
  await tab.clock.advance(1000);
  await settle(tab);
  assert.deepEqual([states(tab), texts(tab), server.messages.size], [[], ["hello"], 1]);
});

test("without a connection messages wait, count no try, and go in order when it is back", async () => {
  const { server, tab } = await opened();
  server.interfere = () => new TypeError("no route to host");
  server.refusesSockets = true;
  server.lastSocket.cut();
  for (const text of ["one", "two", "three"]) await tab.client.send(1, text);
  await tab.clock.advance(600_000);
  assert.deepEqual(states(tab), ["queued", "queued", "queued"]);
  assert.ok(tab.store.pending.value.every(row => row.tries === 0));
  server.interfere = () => undefined;
  server.refusesSockets = false;
  await tab.clock.advance(20_000);
  await settle(tab);
  assert.deepEqual([states(tab), texts(tab)], [[], ["one", "two", "three"]]);
});

test("five tries at 1, 2, 4, 8 and 16 seconds, then a person decides", async () => {
  const { server, tab } = await opened();
  const tried = [];
  server.interfere = (method, path) => {
    if (method !== "POST" || !path.endsWith("/messages")) return undefined;
    tried.push(tab.clock.now());
    return problem(503, "unknown_outcome");
  };
  await tab.client.send(1, "hello");
  await tab.clock.advance(120_000);
  assert.deepEqual(
    tried.map(at => at - tried[0]),
    [0, 1000, 3000, 7000, 15_000, 31_000],
  );
  const [row] = tab.store.pending.value;
  assert.deepEqual([row.state, row.error.code], ["failed", "unknown_outcome"]);
  server.interfere = () => undefined;
  await tab.client.retry(row.client_id);
  await settle(tab);
  assert.deepEqual([texts(tab), [...server.messages.values()][0].client_id], [["hello"], row.client_id]);
});

test("Retry-After is waited for", async () => {
  const { server, tab } = await opened();
  let tries = 0;
  server.interfere = (method, path) =>
    method === "POST" && path.endsWith("/messages") && ++tries === 1
      ? problem(429, "too_many_requests", { "Retry-After": "9" })
      : undefined;
  await tab.client.send(1, "hello");
  await rest();
  await tab.clock.advance(8999);
  assert.equal(tries, 1);
  await tab.clock.advance(1);
  await settle(tab);
  assert.deepEqual(texts(tab), ["hello"]);
});

for (const [status, code] of [
  [403, "not_allowed"],
  [404, "not_found"],
  [409, "room_archived"],
  [422, "invalid"],
]) {
  test(`a refusal with ${status} fails at once, and later messages go on`, async () => {
    const { server, tab } = await opened();
    server.interfere = (method, _path, body) =>
      method === "POST" && body?.includes("refused") ? problem(status, code) : undefined;
    await tab.client.send(1, "refused");
    await tab.client.send(1, "next");
    await settle(tab);
    assert.deepEqual([states(tab), texts(tab)], [["failed"], ["next"]]);
    assert.deepEqual(tab.store.pending.value[0].error, { status, code, detail: "words" });
  });
}

test("later messages of the room wait while one is being tried, those of other rooms do not", async () => {
  const { server, tab } = await opened();
  server.createRoom({ name: "other" });
  await settle(tab);
  server.interfere = (method, _path, body) =>
    method === "POST" && body?.includes("slow") ? problem(503, "storage_busy") : undefined;
  await tab.client.send(1, "slow");
  await tab.client.send(1, "behind");
  await rest();
  await tab.client.send(2, "beside");
  await settle(tab);
  assert.deepEqual([texts(tab, 1), texts(tab, 2)], [[], ["beside"]]);
  await tab.clock.advance(40_000);
  await settle(tab);
  assert.deepEqual([states(tab), texts(tab, 1)], [["failed"], ["behind"]]);
});

test("discarding a row that is being tried lets the next one go at once", async () => {
  const { server, browser, tab } = await opened();
  server.interfere = (method, _path, body) =>
    method === "POST" && body?.includes("slow") ? problem(503, "storage_busy") : undefined;
  const key = await tab.client.send(1, "slow");
  await tab.client.send(1, "behind");
  await rest();
  assert.equal((await tab.client.discard(key)).text, "slow");
  await settle(tab);
  assert.deepEqual([states(tab), texts(tab)], [[], ["behind"]]);
  assert.equal((await (await browser.database()).all("outbox")).length, 0);
});

test("who is signed out keeps the rows, and the next sign-in sends them", async () => {
  const { server, browser, tab } = await opened();
  let tries = 0;
  server.interfere = (method, path) => {
    if (method !== "POST" || !path.endsWith("/messages")) return undefined;
    tries += 1;
    return problem(401, "signed_out");
  };
  await tab.client.send(1, "one");
  await tab.client.send(1, "two");
  await rest();
  await tab.clock.advance(600_000);
  assert.equal(tries, 1);
  assert.equal(tab.store.isSessionEnded.value, true);
  assert.deepEqual(states(tab), ["queued", "queued"]);
  tab.client.close();
  server.interfere = () => undefined;
  const later = await browser.openTab();
  await settle(later);
  assert.deepEqual([states(later), texts(later)], [[], ["one", "two"]]);
  later.client.close();
});

test("rows survive a reload, whatever their state, with their keys", async () => {
  const { server, browser, tab } = await opened();
  server.interfere = (method, _path, body) =>
    method === "POST" && body?.includes("text")
      ? body.includes("refused")
        ? problem(422, "invalid")
        : new TypeError("no route to host")
      : undefined;
  await tab.client.send(1, "refused");
  await tab.client.send(1, "waiting");
  await rest();
  assert.deepEqual(states(tab), ["failed", "queued"]);
  const keys = tab.store.pending.value.map(row => row.client_id);
  tab.client.close();
  server.interfere = () => undefined;
  const later = await browser.openTab();
  await settle(later);
  assert.deepEqual(
    later.store.pending.value.map(({ client_id: key, state }) => [key, state]),
    [[keys[0], "failed"]],
  );
  assert.equal([...server.messages.values()][0].client_id, keys[1]);
  later.client.close();
});

test("a message that was stored before the reload is not shown twice", async () => {
  const { server, browser, tab } = await opened();
  server.deliver = () => {};
  server.isLosingAnswers = true;
  await tab.client.send(1, "hello");
  await rest();
  tab.client.close();
  server.isLosingAnswers = false;
  server.interfere = method => (method === "POST" ? new TypeError("no route to host") : undefined);
  const later = await browser.openTab();
  await settle(later);
  assert.deepEqual([states(later), texts(later)], [[], ["hello"]]);
  later.client.close();
});

test("two tabs show the same rows, and each message is sent once", async () => {
  const { server, browser, tab } = await opened();
  const other = await browser.openTab();
  let isDown = true;
  server.interfere = (method, path) =>
    isDown && method === "POST" && path.endsWith("/messages") ? problem(503, "storage_busy") : undefined;
  await tab.client.send(1, "from the first");
  await rest();
  await other.client.send(1, "from the second");
  await rest();
  assert.deepEqual(
    tab.store.pending.value.map(({ text }) => text),
    ["from the first", "from the second"],
  );
  assert.deepEqual(other.store.pending.value, tab.store.pending.value);
  isDown = false;
  await tab.clock.advance(10_000);
  await settle(tab);
  await settle(other);
  assert.deepEqual(
    [texts(tab), texts(other)],
    [
      ["from the first", "from the second"],
      ["from the first", "from the second"],
    ],
  );
  assert.deepEqual([states(tab), states(other)], [[], []]);
  assert.equal(server.requests.filter(line => line.startsWith("POST /api/rooms")).length, 2);
  other.client.close();
});

test("when the sending tab is closed another one goes on", async () => {
  const { server, browser, tab } = await opened();
  const other = await browser.openTab();
  server.interfere = () => problem(503, "storage_busy");
  await tab.client.send(1, "one");
  await rest();
  await other.client.send(1, "two");
  await rest();
  tab.client.close();
  server.interfere = () => undefined;
  await other.clock.advance(20_000);
  await settle(other);
  assert.deepEqual([states(other), texts(other)], [[], ["one", "two"]]);
  other.client.close();
});

test("rows of somebody else in the same browser are neither shown nor sent", async () => {
  const { server, browser, tab } = await opened();
  server.interfere = (method, path) =>
    method === "POST" && path.endsWith("/messages") ? new TypeError("no route to host") : undefined;
  await tab.client.send(1, "Bob's");
  await rest();
  tab.client.close();
  server.interfere = () => undefined;
  browser.userId = server.alice;
  const hers = await browser.openTab();
  await settle(hers);
  assert.deepEqual([states(hers), server.messages.size], [[], 0]);
  hers.client.close();
});

test("without IndexedDB messages are sent from memory", async () => {
  const { indexedDB } = globalThis;
  Object.defineProperty(globalThis, "indexedDB", { value: undefined, configurable: true, writable: true });
  const { tab } = await opened();
  await tab.client.send(1, "hello");
  await settle(tab);
  assert.deepEqual([states(tab), texts(tab)], [[], ["hello"]]);
  globalThis.indexedDB = indexedDB;
});

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  const browser = new FakeBrowser(server, server.bob);
  return { server, browser, tab: await browser.openTab() };
}

const states = tab => tab.store.pending.value.map(row => row.state);
const texts = (tab, roomId = 1) => tab.store.timeline(roomId).value.messages.map(({ text }) => text);
const problem = (status, code, headers = {}) =>
  new Response(JSON.stringify({ code, detail: "words" }), { status, headers });
