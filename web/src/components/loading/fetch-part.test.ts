import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchPart, PartMissing } from "./fetch-part.ts";

test("retries code that fails to load", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const part = fetchPart(async () => {
    if (++asked < 3) throw new TypeError("away");
    return "here";
  });
  for (let turn = 0; turn < 20 && asked < 3; turn++) {
    await Promise.resolve();
    context.mock.timers.tick(2_000);
  }
  assert.equal(await part, "here");
  assert.equal(asked, 3);
});

test("stops retrying once the time limit has passed, even after a single attempt", async () => {
  const cause = new TypeError("away");
  let asked = 0;
  await assert.rejects(
    fetchPart(() => {
      asked += 1;
      return Promise.reject(cause);
    }, 0),
    (error) => error instanceof PartMissing && error.cause === cause && /reload the page/.test(error.message),
  );
  assert.equal(asked, 1);
});
