import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig, thisMachine } from "../../../server/src/config.ts";
import { benchLimits } from "./bench-limits.ts";

test("enables the rate limits of a bench, with limits that the server accepts", () => {
  const limits = (env: Readonly<Record<string, string>>) => {
    const config = parseConfig({ TEMBO_DATA_DIR: "/tmp/bench", ...env }, thisMachine());
    return [
      config.rateLimitPerKeyPerMinute,
      config.rateLimitPerSignInPerMinute,
      config.rateLimitPerOrganizationPerHour,
    ];
  };
  const defaults = limits({});
  assert.ok(limits(benchLimits).every((limit, index) => limit > defaults[index]!));
  const disabled = Object.fromEntries(Object.keys(benchLimits).map((name) => [name, "0"]));
  assert.deepEqual(limits(disabled), [0, 0, 0], "control: 0 disables a limit");
});
