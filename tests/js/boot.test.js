/** Starting from what this browser kept: whose it was, and a token before the first write. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, createApi } from "../../static/js/core/api.js";
import { createCache, savedBoot } from "../../static/js/core/cache.js";
import { openDatabase } from "../../static/js/core/database.js";
import { emptyState } from "../../static/js/core/reducer.js";
import { createStore, systemClock } from "../../static/js/core/store.js";

const user = { id: 1, name: "Alice", language: "ko" };

/** @param {(method: string, path: string, headers: Record<string, string>) => [number, object]} answer */
function apiAnswering(answer, onSignedOut = () => {}) {
  /** @type {string[]} */
  const asked = [];
  const fetch = /** @type {any} */ (
    async (/** @type {string} */ path, /** @type {any} */ init) => {
      asked.push(`${init.method} ${path} ${init.headers["X-CSRF-Token"] ?? ""}`.trim());
      const [status, body] = answer(init.method, path, init.headers);
      return new Response(JSON.stringify(body), { status });
    }
  );
  return { api: createApi({ csrfToken: "", userId: 1, fetch, onSignedOut }), asked };
}

test("a page without a token asks for one before its first write", async () => {
  const { api, asked } = apiAnswering((_method, path) => [
    200,
    path === "/api/me" ? { user, csrf_token: "fresh" } : {},
  ]);
  await api.markRead(2, 3);
  await api.markRead(2, 4);
  assert.deepEqual(asked, ["GET /api/me", "PUT /api/rooms/2/read fresh", "PUT /api/rooms/2/read fresh"]);
});

test("a token that the server does not know any more is replaced once", async () => {
  let refusals = 0;
  const { api, asked } = apiAnswering((_method, path) => {
    if (path === "/api/me") return [200, { user, csrf_token: `token ${refusals}` }];
    refusals += 1;
    return [400, { code: "csrf" }];
  });
  await assert.rejects(api.markRead(2, 3), error => error instanceof ApiError && error.code === "csrf");
  assert.deepEqual(asked, [
    "GET /api/me",
    "PUT /api/rooms/2/read token 0",
    "GET /api/me",
    "PUT /api/rooms/2/read token 1",
  ]);
});

test("nothing is written with the token of somebody else", async () => {
  let isOver = false;
  const { api, asked } = apiAnswering(
    () => [200, { user: { ...user, id: 2 }, csrf_token: "theirs" }],
    () => {
      isOver = true;
    },
  );
  await assert.rejects(api.markRead(2, 3), error => error instanceof ApiError && error.status === 401);
  assert.deepEqual([asked, isOver], [["GET /api/me"], true]);
});

test("what was kept says who starts, and nothing after it was purged", async () => {
  const database = await openDatabase("boot-test");
  const store = createStore({ userId: 1, epoch: "e" });
  const cache = createCache({ database, store, clock: systemClock, tab: "t" });
  assert.equal(await savedBoot(database), null);

  const streams = { "user-1": { position: 1, seq: 0, countsSeq: 0 } };
  const users = { 1: user };
  store.restore(/** @type {any} */ ({ ...emptyState(1, null, "e"), users, streams }));
  await cache.save();
  const boot = await savedBoot(database);
  assert.deepEqual(
    [boot?.user.name, boot?.epoch, boot?.csrf_token, boot?.language],
    ["Alice", "e", "", "ko"],
  );

  await cache.purge();
  assert.equal(await savedBoot(database), null);
  cache.close();
});
