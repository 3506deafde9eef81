import assert from "node:assert/strict";
import { test } from "node:test";
import type { MakeForge } from "./forge-under-test.ts";

export function testChecks(name: string, make: MakeForge): void {
  test(`${name}: returns the latest result of each check`, async (t) => {
    const { forge, repository, commit, setCheck } = await make(t);
    const sha = await commit("tembo/fix");
    assert.deepEqual(await forge.checkResults(repository, sha), []);
    await setCheck(sha, { name: "lint", state: "pending" });
    await setCheck(sha, { name: "build", state: "failed", log: "line 1\nerror: broken\n" });
    await setCheck(sha, { name: "lint", state: "passed" });
    const results = await forge.checkResults(repository, sha);
    assert.deepEqual(Object.fromEntries(results.map((check) => [check.name, check.state])), {
      lint: "passed",
      build: "failed",
    });
  });

  test(`${name}: returns the end of a job's log`, async (t) => {
    const { forge, repository, commit, setCheck, can } = await make(t);
    const sha = await commit("tembo/fix");
    await setCheck(sha, { name: "build", state: "failed", log: `${"x".repeat(5000)}\nerror: broken` });
    const build = (await forge.checkResults(repository, sha)).find((check) => check.name === "build")!;
    const log = await forge.jobLog(repository, build, 1000);
    if (!can.jobLogs) return assert.equal(log, null);
    assert.ok(log?.endsWith("error: broken"), String(log));
    assert.ok(Buffer.byteLength(log ?? "") <= 1000);
  });
}
