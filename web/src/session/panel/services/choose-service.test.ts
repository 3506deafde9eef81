import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseService } from "./choose-service.ts";

const db = { name: "db", state: "ready" } as const;
const web = { name: "web", state: "exited" } as const;

test("chooses the named service, or else a service that has exited, or else the first service", () => {
  assert.equal(chooseService([db, web], "db"), db);
  assert.equal(chooseService([db, web], null), web);
  assert.equal(chooseService([db, web], "removed"), web);
  assert.equal(chooseService([db], "removed"), db);
  assert.equal(chooseService([], "db"), null);
});
