import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import test from "node:test";

const folder = new URL("../../static/vendor/", import.meta.url).pathname;
const table = readFileSync(join(folder, "VENDOR.md"), "utf8");
const sums = new Map(
  [...table.matchAll(/^\| `([^`]+)` \| `([0-9a-f]{64})` \|$/gm)].map(([, file, sum]) => [file, sum]),
);
const files = readdirSync(folder, { recursive: true })
  .map(name => join(folder, String(name)))
  .filter(path => statSync(path).isFile())
  .map(path => relative(folder, path))
  .filter(file => file !== "VENDOR.md");

test("every vendored file is listed, and every listed file is there", () => {
  assert.deepEqual(files.sort(), [...sums.keys()].sort());
});

test("vendored files are what VENDOR.md says", () => {
  for (const [file, sum] of sums) {
    assert.equal(
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
      sum,
      file,
    );
  }
});

test("vendored modules import only files beside them", () => {
  for (const file of files.filter(name => name.endsWith(".js"))) {
    const source = readFileSync(join(folder, file), "utf8");
    for (const [, target] of source.matchAll(/(?:from|import)\s*"([^"]+)"/g)) {
      assert.match(target, /^\.\.?\//, `${file} imports ${target}`);
      statSync(join(folder, file, "..", target));
    }
  }
});
