import assert from "node:assert/strict";
import { test } from "node:test";
import { answerWith, sessionIn, startFakeApi } from "./testing/fake-api.ts";
import { runCommand } from "./testing/run-command.ts";

test("reports that a command is waiting for the rate limit, with the delay in seconds", async () => {
  let isLimited = true;
  await using api = await startFakeApi({
    "GET /v1/sessions/s1": (_asked, response) => {
      if (!isLimited) return answerWith(response, 200, sessionIn("completed"));
      isLimited = false;
      response.setHeader("retry-after", "0");
      answerWith(response, 429, { error: "Too many requests." });
    },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const limited = await runCommand(["session", "show", "s1"], { env });
  assert.deepEqual(
    [limited.status, limited.stderr],
    [0, "The server's rate limit is reached. Retrying in 0 s.\n"],
  );
  assert.equal((await runCommand(["session", "show", "s1"], { env })).stderr, "", "control");
});

const color = /\x1b\[[0-9;]*m/;

test("uses color on terminals, and honors NO_COLOR and FORCE_COLOR", async () => {
  await using api = await startFakeApi({ "GET /v1/sessions/s1": sessionIn("completed") });
  for (const [env, isOnTerminal, isColored] of [
    [{}, false, false],
    [{}, true, true],
    [{ NO_COLOR: "1" }, true, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ TERM: "dumb" }, true, false],
  ] as const) {
    const access = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
    const shown = await runCommand(["session", "show", "s1"], { env: { ...access, ...env }, isOnTerminal });
    assert.equal(color.test(shown.stdout), isColored, JSON.stringify({ env, isOnTerminal }));
    const failed = await runCommand(["session", "show", "s2"], { env: { ...access, ...env }, isOnTerminal });
    assert.equal(color.test(failed.stdout + failed.stderr), isColored, JSON.stringify({ env, isOnTerminal }));
    const json = await runCommand(["session", "show", "s1", "--json"], {
      env: { ...access, ...env },
      isOnTerminal,
    });
    assert.doesNotMatch(json.stdout, color);
  }
});
