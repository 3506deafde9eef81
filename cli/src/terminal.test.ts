import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionIn, startFakeApi } from "./testing/fake-api.ts";
import { runCommand } from "./testing/run-command.ts";

const colour = /\x1b\[[0-9;]*m/;

test("colour is for terminals, unless NO_COLOR takes or FORCE_COLOR gives it", async () => {
  await using api = await startFakeApi({ "GET /v1/sessions/s1": sessionIn("completed") });
  for (const [env, isOnTerminal, isColoured] of [
    [{}, false, false],
    [{}, true, true],
    [{ NO_COLOR: "1" }, true, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ TERM: "dumb" }, true, false],
  ] as const) {
    const access = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
    const shown = await runCommand(["session", "show", "s1"], { env: { ...access, ...env }, isOnTerminal });
    assert.equal(colour.test(shown.stdout), isColoured, JSON.stringify({ env, isOnTerminal }));
    const failed = await runCommand(["session", "show", "s2"], { env: { ...access, ...env }, isOnTerminal });
    assert.equal(
      colour.test(failed.stdout + failed.stderr),
      isColoured,
      JSON.stringify({ env, isOnTerminal }),
    );
    const json = await runCommand(["session", "show", "s1", "--json"], {
      env: { ...access, ...env },
      isOnTerminal,
    });
    assert.doesNotMatch(json.stdout, colour);
  }
});
