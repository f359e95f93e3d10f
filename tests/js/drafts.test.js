/** Drafts over several devices: what was typed last stands, nothing is lost offline, and nothing comes back. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, reloaded, settle } from "./fakes/browser.js";
import { rest } from "./fakes/clock.js";
import { FakeServer } from "./fakes/server.js";

const pushMs = 1500;

async function twoDevices() {
  const server = new FakeServer();
  server.createRoom();
  server.createRoom({ name: "hall" });
  const laptop = await new FakeBrowser(server, server.bob).openTab();
  const phone = await new FakeBrowser(server, server.bob).openTab();
  return { server, laptop, phone };
}

async function pass(...tabs) {
  for (const tab of tabs) await tab.clock.advance(pushMs);
  for (const tab of tabs) await settle(tab);
}

const textOn = tab => tab.client.drafts.textOf(1);
const close = (...tabs) => tabs.map(tab => tab.client.close());
const puts = server => server.requests.filter(request => request === "PUT /api/drafts").length;

test("what is typed shows on the other device once the typing pauses", async () => {
  const { server, laptop, phone } = await twoDevices();
  for (const text of ["h", "ha", "hal", "half"]) laptop.client.drafts.save(1, text);
  assert.equal(textOn(phone), "");
  await pass(laptop, phone);
  assert.equal(textOn(phone), "half");
  assert.equal(puts(server), 1);
  close(laptop, phone);
});

test("the room and a thread in it are different places", async () => {
  const { laptop, phone } = await twoDevices();
  laptop.client.drafts.save(1, "to all");
  laptop.client.drafts.save(1, "a reply", 5);
  await pass(laptop, phone);
  assert.equal(phone.client.drafts.textOf(1), "to all");
  assert.equal(phone.client.drafts.textOf(1, 5), "a reply");
  assert.equal(Object.keys(phone.client.drafts.all.value).length, 2);
  close(laptop, phone);
});

test("what was sent on one device is a draft on none", async () => {
  const { server, laptop, phone } = await twoDevices();
  laptop.client.drafts.save(1, "hello");
  await pass(laptop, phone);
  phone.client.drafts.save(1, "");
  assert.equal(textOn(phone), "");
  await phone.clock.advance(0);
  await settle(laptop);
  assert.equal(textOn(laptop), "");
  assert.deepEqual((await reloaded(server, server.bob)).drafts, {});
  close(laptop, phone);
});

test("a quote follows to the other device, stays while the text changes, and goes with what is sent", async () => {
  const { server, laptop, phone } = await twoDevices();
  const quoteOn = tab => tab.client.drafts.quoteOf(1);
  laptop.client.drafts.save(1, "", null, 7);
  await laptop.clock.advance(0);
  await settle(phone);
  assert.deepEqual([textOn(phone), quoteOn(phone)], ["", 7]);
  phone.client.drafts.save(1, "what about");
  await pass(phone, laptop);
  assert.deepEqual([textOn(laptop), quoteOn(laptop)], ["what about", 7]);
  assert.equal((await reloaded(server, server.bob)).drafts["1-0"].quoted_id, 7);
  laptop.client.drafts.save(1, "");
  await pass(laptop, phone);
  assert.deepEqual(Object.keys(phone.client.drafts.all.value).length, 1);
  laptop.client.drafts.save(1, "", null, null);
  await laptop.clock.advance(0);
  await settle(phone);
  assert.equal(quoteOn(phone), null);
  assert.deepEqual((await reloaded(server, server.bob)).drafts, {});
  close(laptop, phone);
});

test("a quote that was chosen without a connection outlives the page, and goes out with the next one", async () => {
  const server = new FakeServer();
  server.createRoom();
  const browser = new FakeBrowser(server, server.bob);
  const tab = await browser.openTab();
  server.refusesSockets = true;
  tab.socket.cut();
  tab.client.drafts.save(1, "in the train");
  tab.client.drafts.save(1, "in the train", null, 7);
  await pass(tab);
  assert.equal(puts(server), 0);
  tab.client.close();
  server.refusesSockets = false;
  const later = await browser.openTab();
  assert.equal(later.client.drafts.quoteOf(1), 7);
  await pass(later);
  const kept = (await reloaded(server, server.bob)).drafts["1-0"];
  assert.deepEqual([kept.text, kept.quoted_id], ["in the train", 7]);
  close(later);
});

test("the older text does not flash up between the answer and the event", async () => {
  const { server, laptop } = await twoDevices();
  laptop.client.drafts.save(1, "old");
  await pass(laptop);
  const held = [];
  server.deliver = (socket, packet) => held.push(() => socket.hear("events", packet));
  laptop.client.drafts.save(1, "new");
  await pass(laptop);
  assert.equal(textOn(laptop), "new");
  for (const go of held) go();
  await rest();
  assert.equal(textOn(laptop), "new");
  close(laptop);
});

test("what is typed without a connection is kept, and goes out with the next one", async () => {
  const { server, laptop, phone } = await twoDevices();
  server.refusesSockets = true;
  laptop.socket.cut();
  laptop.client.drafts.save(1, "typed in the train");
  await pass(laptop);
  assert.equal(puts(server), 0);
  server.refusesSockets = false;
  laptop.client.wake();
  await rest(40);
  await settle(phone);
  assert.equal(textOn(phone), "typed in the train");
  close(laptop, phone);
});

test("of two edits the one that has seen more wins", async () => {
  const { server, laptop, phone } = await twoDevices();
  laptop.client.drafts.save(1, "first");
  await pass(laptop, phone);
  server.refusesSockets = true;
  laptop.socket.cut();
  laptop.client.drafts.save(1, "first, in the train");
  phone.client.drafts.save(1, "second");
  await pass(phone);
  phone.client.drafts.save(1, "third");
  await pass(phone);
  server.refusesSockets = false;
  laptop.client.wake();
  await rest(60);
  await pass(laptop, phone);
  assert.equal(textOn(laptop), "third");
  assert.equal(textOn(phone), "third");
  close(laptop, phone);
});

test("what was typed while the other device sent the draft is not lost", async () => {
  const { server, laptop, phone } = await twoDevices();
  laptop.client.drafts.save(1, "hello");
  await pass(laptop, phone);
  server.refusesSockets = true;
  laptop.socket.cut();
  laptop.client.drafts.save(1, "hello, and more");
  phone.client.drafts.save(1, "");
  await phone.clock.advance(0);
  server.refusesSockets = false;
  laptop.client.wake();
  await rest(60);
  await pass(laptop, phone);
  assert.equal(textOn(laptop), "hello, and more");
  assert.equal(textOn(phone), "hello, and more");
  close(laptop, phone);
});

test("a refused draft stays on its device, and is not sent again and again", async () => {
  const { server, laptop } = await twoDevices();
  server.interfere = (method, path) =>
    path === "/api/drafts" && method === "PUT"
      ? new Response(JSON.stringify({ code: "too_many", detail: "" }), { status: 409 })
      : undefined;
  laptop.client.drafts.save(1, "one too many");
  await pass(laptop);
  await laptop.clock.advance(120_000);
  assert.equal(textOn(laptop), "one too many");
  assert.equal(puts(server), 0);
  server.interfere = () => undefined;
  laptop.client.drafts.save(1, "fewer");
  await pass(laptop);
  assert.equal(puts(server), 1);
  close(laptop);
});

test("when the server does not answer it is tried again", async () => {
  const { server, laptop, phone } = await twoDevices();
  server.interfere = (_method, path) => (path === "/api/drafts" ? new TypeError("no route") : undefined);
  laptop.client.drafts.save(1, "patient");
  await pass(laptop);
  server.interfere = () => undefined;
  await laptop.clock.advance(30_000);
  await settle(phone);
  assert.equal(textOn(phone), "patient");
  close(laptop, phone);
});

test("the drafts of a room that I am taken out of vanish, on the server and here", async () => {
  const { server, laptop, phone } = await twoDevices();
  laptop.client.drafts.save(1, "kept");
  await pass(laptop, phone);
  phone.client.drafts.save(1, "kept, and not sent yet");
  server.removeMember(1, server.bob);
  await settle(phone);
  assert.equal(textOn(laptop), "");
  assert.equal(textOn(phone), "");
  server.addMember(1, server.bob);
  await pass(laptop, phone);
  assert.equal(textOn(phone), "");
  close(laptop, phone);
});

test("a page that is closed before the pause leaves its draft to the next one", async () => {
  const server = new FakeServer();
  server.createRoom();
  const browser = new FakeBrowser(server, server.bob);
  const tab = await browser.openTab();
  tab.client.drafts.save(1, "unfinished");
  await tab.client.leave();
  tab.client.close();
  const later = await browser.openTab();
  assert.equal(textOn(later), "unfinished");
  await pass(later);
  assert.equal((await reloaded(server, server.bob)).drafts["1-0"].text, "unfinished");
  assert.deepEqual(await (await browser.database()).all("drafts"), []);
  close(later);
});

test("a restored backup that does not know a draft gets it again", async () => {
  const { server, laptop } = await twoDevices();
  const backup = server.backup();
  laptop.client.drafts.save(1, "typed after the backup");
  server.deliver = () => {};
  await laptop.clock.advance(pushMs);
  server.deliver = (socket, packet) => socket.hear("events", packet);
  server.restoreBackup(backup);
  await laptop.client.sync.request();
  await settle(laptop);
  await pass(laptop, laptop);
  assert.equal(textOn(laptop), "typed after the backup");
  assert.equal((await reloaded(server, server.bob)).drafts["1-0"].text, "typed after the backup");
  close(laptop);
});
