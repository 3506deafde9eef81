import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { startProgram } from "./start-program.ts";

const module = new URL("start-program.ts", import.meta.url).href;
const tooLong = "x".repeat(4 * 1024 ** 2);

test("returns a process with its streams, and leaves other failures to its event", async () => {
  const child = startProgram(() => spawn("true", { stdio: ["ignore", "pipe", "ignore"] }));
  assert.deepEqual(await once(child, "close"), [0, null]);
  await assert.rejects(
    once(
      startProgram(() => spawn("/missing")),
      "close",
    ),
    { code: "ENOENT" },
  );
});

test("throws the caller's error if the system rejects the program immediately", () => {
  const start = () => spawn("true", [tooLong]);
  assert.throws(() => startProgram(start), { code: "E2BIG" });
  assert.throws(() => startProgram(start, (cause) => new Error("cannot start", { cause })), {
    message: "cannot start",
  });
});

/** Starts a program in another process. Returns what that process prints, and its exit code. */
function startInProcess(start: string, before = "") {
  const script = `
    import { spawn } from "node:child_process";
    import { openSync } from "node:fs";
    const { startProgram } = await import(${JSON.stringify(module)});
    ${before}
    try { ${start} } catch (cause) { console.log(cause.code, cause.message); }
    setImmediate(() => console.log("continues"));`;
  const limited = 'ulimit -n 100; exec "$@"';
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const { stdout, status } = spawnSync("sh", ["-c", limited, "sh", ...node], { encoding: "utf8" });
  return { stdout, status };
}

test("throws if no file descriptor is left, and this process continues", () => {
  const useAll = 'try { for (;;) openSync("/dev/null", "r"); } catch {}';
  assert.deepEqual(startInProcess('startProgram(() => spawn("true"))', useAll), {
    stdout: "EMFILE no file descriptor is left for the program true\ncontinues\n",
    status: 0,
  });
  assert.equal(startInProcess('spawn("true")', useAll).status, 1, "control");
});

test("continues if nothing handles the error of a program", () => {
  const start = 'spawn("/missing")';
  assert.deepEqual(startInProcess(`startProgram(() => ${start})`), { stdout: "continues\n", status: 0 });
  assert.equal(startInProcess(start).status, 1, "control");
});
