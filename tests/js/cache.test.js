/** What is saved, so that a reload paints at once. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, plain, reloaded, settle } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

test("a reload paints what was there before it asks, and then catches up without snapshots", async () => {
  const { server, browser, tab } = await opened();
  server.post(1, server.alice, "before");
  await settle(tab);
  await leave(tab);
  server.post(1, server.alice, "meanwhile");
  server.requests.length = 0;
  server.interfere = () => new TypeError("no route to host");
  server.refusesSockets = true;
  const later = await browser.openTab();
  assert.deepEqual(texts(later), ["before"]);
  server.interfere = () => undefined;
  server.refusesSockets = false;
  await later.clock.advance(20_000);
  await settle(later);
  assert.deepEqual(texts(later), ["before", "meanwhile"]);
  assert.deepEqual(
    server.requests.filter(line => line.includes("snapshot")),
    [],
  );
  assert.deepEqual(plain(later.store), { ...(await reloaded(server, server.bob)), openRooms: null });
  later.client.close();
});

test("changes are saved two seconds later, only the newest messages of them", async () => {
  const { server, browser, tab } = await opened();
  for (let count = 0; count < 70; count += 1) server.post(1, server.alice, `message ${count}`);
  await tab.clock.advance(2000);
  const [part] = (await (await browser.database()).all("cache")).filter(({ key }) => key === 1);
  assert.equal(part.timeline.messages.length, 50);
  assert.equal(part.timeline.hasBefore, true);
  assert.equal(part.mark.position, tab.store.state().streams["room-1"].position);
  tab.client.close();
});

test("rooms that I left leave the cache", async () => {
  const { server, browser, tab } = await opened();
  server.post(1, server.alice, "secret");
  await tab.clock.advance(2000);
  server.removeMember(1, server.bob);
  await tab.clock.advance(2000);
  assert.ok(!(await saved(browser)).includes("secret"));
  tab.client.close();
});

test("another history is not painted", async () => {
  const { server, browser, tab } = await opened();
  server.post(1, server.alice, "old");
  await leave(tab);
  server.restoreBackup();
  server.messages.get(1).text = "new";
  const later = await browser.openTab();
  await settle(later);
  assert.deepEqual(texts(later), ["new"]);
  later.client.close();
});

test("somebody else in the same browser sees nothing of it", async () => {
  const { server, browser, tab } = await opened();
  server.createRoom({ kind: "closed", name: "secret room", by: server.bob, members: [server.bob] });
  await settle(tab);
  await leave(tab);
  browser.userId = server.carol;
  const hers = await browser.openTab();
  assert.deepEqual(hers.store.rooms.value, {});
  assert.ok(!(await saved(browser)).includes("secret room"));
  hers.client.close();
});

test("signing out leaves nothing in the browser", async () => {
  const { server, browser, tab } = await opened();
  server.post(1, server.alice, "secret");
  tab.client.drafts.save(1, "secret draft");
  await tab.clock.advance(2000);
  await tab.client.signOut();
  await tab.clock.advance(5000);
  const database = await browser.database();
  for (const shelf of ["cache", "drafts", "outbox"]) assert.deepEqual(await database.all(shelf), []);
  assert.equal(tab.store.isSessionEnded.value, true);
});

test("a session that is ended elsewhere stops the page, and what was read leaves the browser", async () => {
  const { server, browser, tab } = await opened();
  server.post(1, server.alice, "secret");
  await tab.clock.advance(2000);
  server.endSession(server.bob, 7);
  await tab.clock.advance(5000);
  assert.equal(tab.store.isSessionEnded.value, true);
  assert.equal(server.sockets.size, 0);
  assert.ok(!(await saved(browser)).includes("secret"));
});

test("two tabs never mix their states: what is saved is of one moment of one of them", async () => {
  const { server, browser, tab } = await opened();
  const other = await browser.openTab();
  const kept = [];
  server.deliver = (socket, packet) =>
    socket === other.socket ? kept.push(packet) : socket.hear("events", packet);
  const { id } = server.post(1, server.alice, "one");
  server.markRead(1, server.bob, id);
  await tab.clock.advance(2000);
  await leave(tab);
  await leave(other);
  const later = await browser.openTab();
  await settle(later);
  assert.deepEqual(plain(later.store), { ...(await reloaded(server, server.bob)), openRooms: null });
  later.client.close();
});

test("drafts survive a reload, and empty ones do not", async () => {
  const { browser, tab } = await opened();
  tab.client.drafts.save(1, "half a sent");
  tab.client.drafts.save(1, "half a sentence");
  tab.client.drafts.save(2, "gone");
  tab.client.drafts.save(2, "  ");
  await leave(tab);
  const later = await browser.openTab();
  assert.equal(later.client.drafts.textOf(1), "half a sentence");
  assert.deepEqual(Object.keys(later.client.drafts.all.value).length, 1);
  later.client.close();
});

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  const browser = new FakeBrowser(server, server.bob);
  return { server, browser, tab: await browser.openTab() };
}

async function leave(tab) {
  await tab.client.leave();
  tab.client.close();
}

const saved = async browser => JSON.stringify(await (await browser.database()).all("cache"));
const texts = tab => tab.store.timeline(1).value.messages.map(({ text }) => text);
