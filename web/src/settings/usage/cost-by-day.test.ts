import assert from "node:assert/strict";
import { test } from "node:test";
import { costByDay } from "./cost-by-day.ts";

test("includes every day of the period, each with its cost", () => {
  assert.deepEqual(
    costByDay({
      from: "2026-02-28T00:00:00.000Z",
      until: "2026-03-02T00:00:00.000Z",
      groups: [
        { id: "2026-02-28", costUsd: 1 },
        { id: "2026-03-02", costUsd: 0.75 },
      ],
    }),
    [
      { day: "2026-02-28", cost: 1 },
      { day: "2026-03-01", cost: 0 },
      { day: "2026-03-02", cost: 0.75 },
    ],
  );
});
