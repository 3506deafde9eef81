import assert from "node:assert/strict";
import { test } from "node:test";
import { withLog } from "./with-log.ts";

const server = { log: () => Array.from({ length: 50 }, (_, line) => `line ${line + 1}`).join("\n") };

test("an error contains the end of the server's log, and the failure of the work", async () => {
  const broken = new Error("It is broken.");
  await assert.rejects(
    withLog(server, () => Promise.reject(broken)),
    (error: Error) => {
      assert.equal(error.cause, broken);
      assert.match(
        error.message,
        /^Error: It is broken\.\nThe end of the server's log:\nline 11\n[\s\S]*\nline 50$/,
      );
      return true;
    },
  );
  await withLog(server, async () => {});
});
