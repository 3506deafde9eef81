import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pollUntil } from "../../runtime/poll-until.ts";
import { starterPid } from "../../starter/start-from-starter.ts";
import { runAsOwner } from "./run-as-owner.ts";

const never = new AbortController().signal;

function makeFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-script-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "out");
}

test("passes the arguments to the script, and waits for its end", async (t) => {
  const file = makeFile(t);
  await runAsOwner({ script: 'printf "%s" "$2" > "$1"', args: [file, "a b'c"] }, never);
  assert.equal(readFileSync(file, "utf8"), "a b'c");
});

test("runs as the user, if the server is root", { skip: process.getuid?.() !== 0 }, async () => {
  const script = 'id -u >&2; [ "$(id -u)" = 0 ]';
  await runAsOwner({ script, args: [] }, never);
  const user = { uid: 4321, gid: 4321 };
  await assert.rejects(runAsOwner({ script, args: [], user }, never), { message: "4321" });
});

test("reports the end of the error output, or the exit code", async () => {
  await assert.rejects(
    runAsOwner({ script: "echo this is wrong >&2; exit 3", args: [] }, never),
    /^Error: this is wrong$/,
  );
  await assert.rejects(runAsOwner({ script: "exit 3", args: [] }, never), /exited with 3/);
});

test("ends the script and its programs when the signal aborts", async (t) => {
  const file = makeFile(t);
  const controller = new AbortController();
  const running = runAsOwner({ script: 'echo started > "$1"; sleep 1000', args: [file] }, controller.signal);
  const isStarted = () => existsSync(file) && readFileSync(file, "utf8") !== "";
  assert.ok(await pollUntil(isStarted, { every: 10, timeoutMs: 20_000 }));
  controller.abort(new Error("The turn was stopped."));
  await assert.rejects(running, /The turn was stopped/);
  await assert.rejects(runAsOwner({ script: "true", args: [] }, controller.signal), /The turn was stopped/);
});

test("kills a script that does not end within a minute", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const running = runAsOwner({ script: "sleep 1000", args: [] }, never);
  t.mock.timers.tick(60_000);
  await assert.rejects(running, /did not end within 60 seconds/);
});

test("reports that the process that starts programs was killed, and starts the next script", async (t) => {
  const file = makeFile(t);
  const running = runAsOwner({ script: 'echo started > "$1"; sleep 1000', args: [file] }, never);
  const rejected = assert.rejects(running, /process that starts programs has exited/);
  const isStarted = () => existsSync(file) && readFileSync(file, "utf8") !== "";
  assert.ok(await pollUntil(isStarted, { every: 10, timeoutMs: 20_000 }));
  process.kill(starterPid()!, "SIGKILL");
  await rejected;
  await runAsOwner({ script: "true", args: [] }, never);
});
