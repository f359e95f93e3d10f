import assert from "node:assert/strict";
import { test } from "node:test";
import { withTask } from "../../static/js/lib/tasks.js";

test("One task is ticked and the rest of the text stays", () => {
  const text = "\ntodo\n- [ ] one\n  1. [x] two\n> - [ ] three";
  assert.equal(withTask(text, 1, true), "\ntodo\n- [x] one\n  1. [x] two\n> - [ ] three");
  assert.equal(withTask(text, 2, false), "\ntodo\n- [ ] one\n  1. [ ] two\n> - [ ] three");
  assert.equal(withTask(text, 3, true), "\ntodo\n- [ ] one\n  1. [x] two\n> - [x] three");
});

test("A line without a task changes nothing", () => {
  for (const line of [0, 4, 99])
    assert.equal(withTask("todo\n- [ ] one\n- two\n[ ] x\n- [ ]", line, true), null);
});
