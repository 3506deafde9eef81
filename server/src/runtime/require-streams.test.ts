import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { requireStreams } from "./require-streams.ts";

const module = new URL("require-streams.ts", import.meta.url).href;

test("returns a process with its streams, and leaves other failures to its event", async () => {
  const child = requireStreams(spawn("true", { stdio: ["ignore", "pipe", "ignore"] }));
  assert.deepEqual(await once(child, "close"), [0, null]);
  await assert.rejects(once(requireStreams(spawn("/missing")), "close"), { code: "ENOENT" });
});

/** Starts a program in a process that has no file descriptor left. Returns what that process prints, and its exit code. */
function startWithoutDescriptors(start: string) {
  const script = `
    import { spawn } from "node:child_process";
    import { openSync } from "node:fs";
    const { requireStreams } = await import(${JSON.stringify(module)});
    try { for (;;) openSync("/dev/null", "r"); } catch {}
    try { ${start} } catch (cause) { console.log(cause.code, cause.message); }
    setImmediate(() => console.log("continues"));`;
  const limited = 'ulimit -n 100; exec "$@"';
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const { stdout, status } = spawnSync("sh", ["-c", limited, "sh", ...node], { encoding: "utf8" });
  return { stdout, status };
}

test("throws if no file descriptor is left, and this process continues", () => {
  assert.deepEqual(startWithoutDescriptors('requireStreams(spawn("true"))'), {
    stdout: "EMFILE no file descriptor is left for the program true\ncontinues\n",
    status: 0,
  });
  assert.equal(startWithoutDescriptors('spawn("true")').status, 1, "control");
});
