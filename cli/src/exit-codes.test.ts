import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { errorCodes } from "@tembo/contract";
import { exitCodeOf, exitCodes, exitCodeTable } from "./exit-codes.ts";
import { answerWith, startFakeApi } from "./testing/fake-api.ts";
import { runCommand } from "./testing/run-command.ts";

const guide = join(import.meta.dirname, "../../docs/guides/command-line.md");

test("the guide contains the table of exit codes", () => {
  const text = readFileSync(guide, "utf8");
  assert.ok(text.includes(exitCodeTable()), `replace the table with:\n${exitCodeTable()}`);
  assert.ok(!text.includes(exitCodeTable().replace("| 3 |", "| 33 |")), "control");
});

test("every error code of the API has an exit code that reports a failure", () => {
  const known = new Set<number>(Object.values(exitCodes).map(({ code }) => code));
  for (const code of Object.keys(errorCodes)) {
    assert.ok(exitCodeOf(code) > 0, code);
    assert.ok(known.has(exitCodeOf(code)), code);
  }
  assert.equal(exitCodeOf(null), exitCodes.failed.code);
  assert.equal(exitCodeOf("code_of_a_newer_server"), exitCodes.failed.code);
  assert.equal(exitCodeOf("toString"), exitCodes.failed.code);
});

test("exits with the code of the failure's kind", async () => {
  const statuses = {
    400: exitCodes.usage,
    401: exitCodes.denied,
    403: exitCodes.denied,
    404: exitCodes.notFound,
    409: exitCodes.conflict,
  };
  for (const [status, { code }] of Object.entries(statuses)) {
    await using api = await startFakeApi({
      "GET /v1/sessions/s1": (_, response) => answerWith(response, Number(status), { error: "No." }),
    });
    const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
    assert.equal((await runCommand(["session", "show", "s1"], { env })).status, code, status);
  }
  const nowhere = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: "http://127.0.0.1:1" };
  const unreachable = await runCommand(["repo", "list"], { env: nowhere });
  assert.equal(unreachable.status, exitCodes.unreachable.code, unreachable.stderr);
  const keyless = await runCommand(["repo", "list"]);
  assert.equal(keyless.status, exitCodes.denied.code, keyless.stderr);
  assert.equal((await runCommand(["session"])).status, exitCodes.usage.code);
  assert.equal((await runCommand(["sesion"])).status, exitCodes.usage.code);
  assert.equal((await runCommand(["session", "--help"])).status, exitCodes.ok.code);
});
