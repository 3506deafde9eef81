import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const program = JSON.stringify(new URL("./raise-priority.ts", import.meta.url).href);

/** The priority of a process, and of one that it starts. */
function prioritiesAfter(script: string, before: readonly string[] = []): number[] {
  const measure = `
    const { execFileSync } = await import("node:child_process");
    const { getPriority, setPriority } = await import("node:os");
    const { raisePriority } = await import(${program});
    ${script}
    console.log(JSON.stringify([getPriority(), Number(execFileSync("nice", []))]));`;
  const argv = [...before, process.execPath, "--input-type=module", "-e", measure];
  return JSON.parse(execFileSync(argv[0]!, argv.slice(1), { encoding: "utf8" }));
}

const mayRaise = (() => {
  try {
    const [own] = prioritiesAfter("setPriority(-10);");
    return own === -10;
  } catch {
    return false;
  }
})();
const raising = { skip: (process.getuid?.() !== 0 || !mayRaise) && "needs root that may raise priorities" };

test("a server has a higher priority than what it starts", raising, () => {
  assert.deepEqual(prioritiesAfter("raisePriority();"), [-10, 0]);
});

test("control: a raised priority is handed on otherwise", raising, () => {
  assert.deepEqual(prioritiesAfter("setPriority(-10);"), [-10, -10]);
});

test("a priority that somebody chose stays", raising, () => {
  assert.deepEqual(prioritiesAfter("raisePriority();", ["nice", "-n", "7"]), [7, 7]);
});
