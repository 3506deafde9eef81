import assert from "node:assert/strict";
import { test } from "node:test";
import { sendsMessage } from "./sends-message.ts";

const none = { key: "Enter", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

test("sends with Ctrl or Cmd and Enter, and with Enter alone if the person prefers that", () => {
  for (const enterSends of [true, false]) {
    for (const isTouch of [true, false]) {
      const sends = (key: object) => sendsMessage({ ...none, ...key }, { enterSends, isTouch });
      assert.equal(sends({ ctrlKey: true }), true);
      assert.equal(sends({ metaKey: true }), true);
      assert.equal(sends({}), enterSends && !isTouch);
      assert.equal(sends({ shiftKey: true }), false);
      assert.equal(sends({ altKey: true }), false);
      assert.equal(sends({ key: "a", ctrlKey: true }), false);
    }
  }
});
