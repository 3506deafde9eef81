import assert from "node:assert/strict";
import { test } from "node:test";
import { describeFailedService } from "./run-services.ts";

test("names the service, the reason and the last lines", () => {
  const failed = { name: "db", output: "no space" };
  assert.equal(
    describeFailedService(failed, null),
    "The service db was not ready within 60 seconds. Change its command or its check in the project. Its last lines:\nno space",
  );
  assert.match(describeFailedService({ name: "db", output: null }, { code: 3 }), /exited with code 3 before/);
  assert.match(
    describeFailedService({ name: "db", output: null }, { code: null }),
    /because of a signal before/,
  );
});
