/** What a tab tells the server of how far it has come. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, settle } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

test("what was applied is told once, for all streams together", async () => {
  const { server, tab } = await opened();
  await tab.clock.advance(1000);
  const [report] = reports(tab);
  assert.equal(reports(tab).length, 1);
  assert.equal(report.epoch, server.epoch);
  assert.deepEqual(report.positions, positions(tab));
});

test("many events are told at most once a second, and only the streams that moved", async () => {
  const { server, tab } = await told();
  for (let count = 0; count < 20; count += 1) {
    server.post(1, server.alice, `message ${count}`);
    await tab.clock.advance(100);
  }
  await tab.clock.advance(1000);
  assert.ok(reports(tab).length >= 2 && reports(tab).length <= 3, `${reports(tab).length} reports`);
  assert.deepEqual(reports(tab).at(-1).positions, { "room-1": positions(tab)["room-1"] });
});

test("what did not arrive is not told", async () => {
  const { server, tab } = await told();
  const before = positions(tab)["room-1"];
  server.silencesSync = true;
  server.deliver = () => {};
  server.post(1, server.alice, "lost");
  server.deliver = (socket, packet) => socket.hear("events", packet);
  server.interfere = () => new Error("down");
  server.post(1, server.alice, "waits behind the hole");
  await tab.clock.advance(3000);
  assert.equal(positions(tab)["room-1"], before);
  assert.deepEqual(reports(tab), []);
});

test("nothing new is nothing to tell", async () => {
  const { tab } = await told();
  tab.client.sayTyping(1);
  await tab.clock.advance(30_000);
  assert.deepEqual(reports(tab), []);
});

test("a new connection is told everything again", async () => {
  const { tab } = await told();
  tab.socket.cut();
  await tab.clock.advance(4000);
  await settle(tab);
  assert.deepEqual(reports(tab).at(-1).positions, positions(tab));
});

test("what is applied while the connection is down is told after it", async () => {
  const { server, tab } = await told();
  server.refusesSockets = true;
  tab.socket.cut();
  server.post(1, server.alice, "meanwhile");
  await tab.client.sync.request();
  await tab.clock.advance(2000);
  assert.deepEqual(reports(tab), []);
  server.refusesSockets = false;
  tab.client.wake();
  await settle(tab);
  await tab.clock.advance(2000);
  assert.deepEqual(reports(tab).at(-1).positions, positions(tab));
});

test("the more people are here, the more seldom each one tells", async () => {
  const { server, tab } = await told();
  const crowd = Array.from({ length: 1000 }, (_, index) => [index + 1, "active"]);
  tab.socket.hear("presence", { users: Object.fromEntries(crowd) });
  for (let count = 0; count < 60; count += 1) {
    server.post(1, server.alice, `message ${count}`);
    await tab.clock.advance(1000);
  }
  assert.ok(
    reports(tab).length >= 3 && reports(tab).length <= 12,
    `${reports(tab).length} reports in a minute`,
  );
});

test("a page that was closed tells nothing", async () => {
  const { server, tab } = await told();
  server.post(1, server.alice, "hello");
  tab.client.close();
  await tab.clock.advance(5000);
  assert.deepEqual(reports(tab), []);
});

const reports = tab => tab.socket.emitted.filter(([name]) => name === "received").map(([, report]) => report);

const positions = tab =>
  Object.fromEntries(
    Object.entries(tab.store.state().streams).map(([name, { position }]) => [name, position]),
  );

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  return { server, tab: await new FakeBrowser(server, server.bob).openTab() };
}

/** A tab whose first report is behind it. */
async function told() {
  const both = await opened();
  await both.tab.clock.advance(2000);
  both.tab.socket.emitted.length = 0;
  return both;
}
