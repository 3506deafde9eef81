import assert from "node:assert/strict";
import { test } from "node:test";
import { fromExpression, toExpression } from "./expression.ts";

test("keeps the time zone of a schedule through the dialog's expression, and omits UTC", () => {
  for (const schedule of [
    { cron: "0 3 * * *", timezone: "Europe/Berlin" },
    { cron: "0 3 * * *", timezone: null },
  ])
    assert.deepEqual(fromExpression(toExpression(schedule)), schedule);
  assert.deepEqual(fromExpression("CRON_TZ=UTC 0 3 * * *"), { cron: "0 3 * * *", timezone: null });
});
