import { expect, test } from "vitest";
import { begin, changed, redo, undo } from "./history";

test("undo and redo, and a change in between forgets what was undone", () => {
  let history = changed(changed(begin(1), 2), 3);
  history = undo(history);
  expect(history.now).toBe(2);
  expect(redo(history).now).toBe(3);
  history = changed(history, 4);
  expect(redo(history).now).toBe(4);
  expect(undo(undo(undo(history))).now).toBe(1);
});

test("typing into one field is one step", () => {
  let history = begin("");
  for (const text of ["a", "ab", "abc"]) history = changed(history, text, "name");
  history = changed(history, "abc!", "other");
  expect(undo(history).now).toBe("abc");
  expect(undo(undo(history)).now).toBe("");
});

test("after undo the next change is a step of its own", () => {
  let history = changed(changed(begin("x"), "a", "name"), "b");
  history = changed(undo(history), "ac", "name");
  expect(undo(history).now).toBe("a");
});
