/** Away for longer than the log reaches back: everything converges through snapshots, and what was written here stays. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, plain, reloaded, settle } from "./fakes/browser.js";
import { rest } from "./fakes/clock.js";
import { FakeServer } from "./fakes/server.js";

test("a page that was saved long ago ends in the state of a reload", async () => {
  const { server, browser, tab } = await opened();
  server.createRoom({ kind: "closed", name: "left", by: server.alice });
  server.createRoom({ name: "quiet" });
  await settle(tab);
  await leave(tab);
  server.delete(100);
  server.edit(110, "edited meanwhile");
  server.react(111, server.alice, "👍");
  server.removeMember(2, server.bob);
  server.changeRoom(3, "room_updated", { name: "renamed" });
  server.updateUser(server.alice, { name: "Alice Kim" });
  server.joinWorkspace("Dana");
  server.markRead(1, server.bob, 115);
  server.createRoom({ name: "new" });
  forgetEverything(server);

  const later = await browser.openTab();
  await later.client.loadOpenRooms();
  await settle(later);

  assert.deepEqual(plain(later.store), await reloaded(server, server.bob));
  assert.ok(messageIn(later, 100).deleted_at);
  assert.equal(messageIn(later, 100).text, "");
  assert.equal(messageIn(later, 110).text, "edited meanwhile");
  later.client.close();
});

test("a tab that was asleep ends in the state of a reload, the list of open rooms included", async () => {
  const { server, tab } = await opened();
  await tab.client.loadOpenRooms();
  server.lastSocket.cut();
  server.delete(119);
  const listed = server.createRoom({ name: "listed", members: [server.alice] });
  server.changeRoom(listed, "room_updated", { topic: "listed meanwhile" });
  forgetEverything(server);

  await tab.clock.advance(5000);
  await settle(tab);

  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
  tab.client.close();
});

test("history that was fetched before is not trusted any more", async () => {
  const { server, tab } = await opened();
  tab.client.openRoom(1);
  await tab.client.fetchPage(1, { before: 71, limit: 40 });
  assert.equal(messageIn(tab, 40).text, "message 40");
  server.lastSocket.cut();
  server.edit(40, "edited meanwhile");
  server.delete(41);
  for (let count = 121; count <= 200; count += 1) server.post(1, server.alice, `message ${count}`);
  forgetEverything(server);

  await tab.clock.advance(5000);
  await settle(tab);

  assert.deepEqual(
    [40, 41, 100].map(id => messageIn(tab, id)),
    [undefined, undefined, undefined],
  );
  const { messages } = await tab.client.fetchPage(1, { before: 71, limit: 40 });
  assert.equal(messages.find(({ id }) => id === 40).text, "edited meanwhile");
  assert.equal(messages.find(({ id }) => id === 41).text, "");
  tab.client.close();
});

test("a page that was on its way when the room started anew is fetched again", async () => {
  const { server, tab } = await opened();
  tab.client.openRoom(1);
  const old = JSON.stringify(server.page(1, { before: 71, limit: 40 }));
  const answers = [];
  server.interfere = (_method, path) =>
    path.includes("before=71") && !answers.length
      ? new Promise(resolve => answers.push(() => resolve(new Response(old))))
      : undefined;
  const fetching = tab.client.fetchPage(1, { before: 71, limit: 40 });
  await rest();
  server.lastSocket.cut();
  server.delete(40);
  forgetEverything(server);
  await tab.clock.advance(5000);
  await settle(tab);

  answers[0]();
  const { messages } = await fetching;

  assert.ok(messages.find(({ id }) => id === 40).deleted_at);
  assert.ok(messageIn(tab, 40).deleted_at);
  tab.client.close();
});

test("drafts and what is unsent survive, and nothing is sent twice", async () => {
  const { server, browser, tab } = await opened();
  tab.client.drafts.save(1, "half a sentence");
  server.isLosingAnswers = true;
  server.deliver = () => {};
  await tab.client.send(1, "stored, and the answer was lost");
  await rest();
  server.interfere = method => (method === "POST" ? new TypeError("no route to host") : undefined);
  await tab.client.send(1, "not sent yet");
  await leave(tab);
  assert.equal(server.messages.size, 121);
  for (let count = 0; count < 60; count += 1) server.post(1, server.alice, `meanwhile ${count}`);
  forgetEverything(server);
  server.isLosingAnswers = false;
  server.interfere = () => undefined;
  server.deliver = (socket, packet) => socket.hear("events", packet);

  const later = await browser.openTab();
  await later.clock.advance(60_000);
  await settle(later);

  assert.equal(later.client.drafts.textOf(1), "half a sentence");
  assert.deepEqual(later.store.pending.value, []);
  const mine = [...server.messages.values()].filter(({ author_id: author }) => author === server.bob);
  assert.deepEqual(
    mine.map(({ text }) => text),
    ["stored, and the answer was lost", "not sent yet"],
  );
  assert.deepEqual(plain(later.store), { ...(await reloaded(server, server.bob)), openRooms: null });
  later.client.close();
});

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  for (let count = 1; count <= 120; count += 1) server.post(1, server.alice, `message ${count}`);
  const browser = new FakeBrowser(server, server.bob);
  return { server, browser, tab: await browser.openTab() };
}

/** The page is left as a browser leaves it: what waits is stored. */
async function leave(tab) {
  await tab.client.leave();
  tab.client.close();
}

function forgetEverything(server) {
  for (const stream of server.streams.keys()) server.forget(stream);
}

/** What the tab holds of a message, shown or fetched. */
function messageIn(tab, id) {
  const line = tab.store.timeline(1).value;
  return line.messages.find(message => message.id === id) ?? line.fetched[id];
}
