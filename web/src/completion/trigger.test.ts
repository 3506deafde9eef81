import assert from "node:assert/strict";
import { test } from "node:test";
import { matching, tagOf, triggerAt, written } from "./trigger.ts";

test("recognizes a mention as a word after @ that ends at the caret", () => {
  assert.deepEqual(triggerAt("@", 1), { sign: "@", at: 0, typed: "" });
  assert.deepEqual(triggerAt("Fix @app/(a)/[id].ts now", 20), { sign: "@", at: 4, typed: "app/(a)/[id].ts" });
  assert.equal(triggerAt("Fix @acme/we now", 16), null);
  assert.equal(triggerAt("ada@example", 11), null);
});

test("recognizes a command as a word after a slash at the start of a line", () => {
  assert.deepEqual(triggerAt("/rev", 4), { sign: "/", at: 0, typed: "rev" });
  assert.deepEqual(triggerAt("Fix it.\n/rev", 12), { sign: "/", at: 8, typed: "rev" });
  assert.deepEqual(triggerAt("Fix it.\n/\nNow", 9), { sign: "/", at: 8, typed: "" });
  for (const words of [" /rev", "Fix /rev", "/rev it", "/usr/bin"])
    assert.equal(triggerAt(words, words.length), null);
});

test("inserts the selected item in place of the trigger, followed by one space", () => {
  const trigger = { sign: "@", at: 4, typed: "we" } as const;
  assert.deepEqual(written("Fix @we", trigger, "@web", false), { words: "Fix @web ", caret: 9 });
  assert.deepEqual(written("Fix @we now", trigger, "@web", false), { words: "Fix @web now", caret: 9 });
  assert.deepEqual(written("Fix @we", trigger, "@web/", true), { words: "Fix @web/", caret: 9 });
});

test("quotes a path that the server would otherwise truncate", () => {
  assert.equal(tagOf("src/app.test.ts"), "@src/app.test.ts");
  assert.equal(tagOf("src/a b.ts"), '@"src/a b.ts"');
  assert.equal(tagOf("src/[id].ts"), '@"src/[id].ts"');
  assert.equal(tagOf('a"\n.md'), '@"a\\"\\n.md"');
});

test("ranks names that begin with the typed text first, including names after the owner", () => {
  const all = ["acme/cobweb", "acme/web", "other/api"].map((label) => ({ label }));
  assert.deepEqual(
    matching(all, "WEB", 8).map(({ label }) => label),
    ["acme/web", "acme/cobweb"],
  );
  assert.equal(matching(all, "", 2).length, 2);
});
