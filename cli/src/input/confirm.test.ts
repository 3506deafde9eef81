import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, legacySession, sessionIn, startFakeApi, streamOf } from "../testing/fake-api.ts";
import { runCommand } from "../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const apiWith = () => startFakeApi({ "DELETE /v1/sessions/s1": { id: "s1", deleted: true } });

/** Deletes a session on a terminal and types `answer` at the prompt. */
function deleteAt(api: FakeApi, answer: string, ...more: string[]) {
  let isAsked = false;
  return runCommand(["session", "delete", "s1", ...more], {
    env: envOf(api),
    isOnTerminal: true,
    onOutput: (shown, child) => {
      if (isAsked || !shown.includes("[y/N]")) return;
      isAsked = true;
      child.type(`${answer}\r`);
    },
  });
}

test("asks for confirmation before it deletes, and deletes nothing unless the user confirms", async () => {
  await using api = await apiWith();
  const refused = await deleteAt(api, "");
  assert.equal(refused.status, 1);
  assert.match(
    refused.stdout,
    /This deletes session s1 and its workspace\. .* Continue\? \[y\/N\][\s\S]*Nothing was changed/,
  );
  assert.equal(api.asked.length, 0);
  const agreed = await deleteAt(api, "y");
  assert.equal(agreed.status, 0, agreed.stdout);
  assert.equal(api.asked.length, 1);
});

test("asks for no confirmation with --yes or in a script", async () => {
  await using api = await apiWith();
  const agreed = await deleteAt(api, "never asked", "--yes");
  assert.deepEqual([agreed.status, agreed.stdout.includes("[y/N]")], [0, false]);
  const script = await runCommand(["session", "delete", "s1"], { env: envOf(api) });
  assert.deepEqual([script.status, script.stdout], [0, "Deleted session s1.\n"]);
});

test("session fork --wait waits for the new session's turn, and requires a prompt", async () => {
  await using api = await startFakeApi({
    "POST /v1/sessions/s0/fork": legacySession,
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf([
      { type: "turn.failed", turnId: "t1", error: { message: "No." } },
    ]),
  });
  const env = envOf(api);
  const ran = await runCommand(["session", "fork", "s0", "Go on", "--wait"], { env });
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stdout + ran.stderr, /No\./);
  const without = await runCommand(["session", "fork", "s0", "--wait"], { env });
  assert.match(without.stderr, /nothing to wait for/);
});

test("help shows no default for a repeatable option, but shows other defaults", async () => {
  const help = async (...words: string[]) => (await runCommand([...words, "--help"])).stdout;
  assert.doesNotMatch(await help("session", "create"), /default: \[\]/);
  assert.match(await help("repo", "add"), /\(default: "local"\)/);
});
