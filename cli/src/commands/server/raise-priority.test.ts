import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const program = JSON.stringify(new URL("./raise-priority.ts", import.meta.url).href);

/**
 * Runs `script` in a new process. Returns the lowest priority of the process's threads, and the priority of a program
 * that it starts.
 */
function prioritiesAfter(script: string, before: readonly string[] = []): number[] {
  const measure = `
    const { execFileSync } = await import("node:child_process");
    const { getPriority, setPriority } = await import("node:os");
    const { readdirSync } = await import("node:fs");
    const { stat } = await import("node:fs/promises");
    const { raisePriority } = await import(${program});
    ${script}
    await stat("/");
    const threads = readdirSync("/proc/self/task").map((thread) => getPriority(Number(thread)));
    console.log(JSON.stringify([Math.max(...threads), Number(execFileSync("nice", []))]));`;
  const argv = [...before, process.execPath, "--input-type=module", "-e", measure];
  return JSON.parse(execFileSync(argv[0]!, argv.slice(1), { encoding: "utf8" }));
}

const mayRaise = (() => {
  try {
    const [, started] = prioritiesAfter("setPriority(-10);");
    return started === -10;
  } catch {
    return false;
  }
})();
const raising = {
  skip: (process.getuid?.() !== 0 || !mayRaise) && "needs root with permission to raise priorities",
};

test("gives the server a higher priority than the processes that it starts", raising, () => {
  assert.deepEqual(prioritiesAfter("await raisePriority();"), [-10, 0]);
});

test(
  "control: setPriority alone raises child processes, and skips threads that are already running",
  raising,
  () => {
    assert.deepEqual(prioritiesAfter('await stat("/"); setPriority(-10);'), [0, -10]);
  },
);

test("does not raise a priority that the user set with nice", raising, () => {
  assert.deepEqual(prioritiesAfter("await raisePriority();", ["nice", "-n", "7"]), [7, 7]);
});
