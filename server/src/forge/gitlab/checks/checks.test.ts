import assert from "node:assert/strict";
import { test } from "node:test";
import { gitlabUnderTest } from "../testing/fake-under-test.ts";
import { toState } from "./checks.ts";

test("returns logs of jobs, but not of external statuses", async (t) => {
  const { forge, repository, commit, setCheck } = await gitlabUnderTest(t);
  const sha = await commit("tembo/fix");
  await setCheck(sha, { name: "lint", state: "failed" });
  await setCheck(sha, { name: "build", state: "failed", log: "broken" });
  const checks = await forge.checkResults(repository, sha);
  assert.deepEqual(
    checks.map(({ name, kind }) => [name, kind]),
    [
      ["lint", "status"],
      ["build", "job"],
    ],
  );
  assert.equal(await forge.jobLog(repository, checks[0]!, 100), null);
  assert.equal(await forge.jobLog(repository, { ...checks[0]!, kind: "job" }, 100), null);
  assert.equal(await forge.jobLog(repository, checks[1]!, 100), "broken");
});

test("attributes a merged results pipeline to the head that it tests", async (t) => {
  const { forge, repository, commit, setCheck, writer, project, fake } = await gitlabUnderTest(t);
  const sha = await commit("tembo/fix");
  const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
  const mergedSha = await commit("elsewhere");
  await setCheck(sha, { name: "lint", state: "passed" });
  await setCheck(mergedSha, { name: "build", state: "failed", log: "broken" });
  const names = async () => (await forge.checkResults(repository, sha)).map(({ name }) => name);
  assert.deepEqual(await names(), ["lint"]);
  fake.interrupt = (asked) =>
    asked === `GET projects/${project.id}/merge_requests/${number}`
      ? { body: { iid: number, head_pipeline: { sha: mergedSha } } }
      : null;
  assert.deepEqual(await names(), ["lint", "build"]);
});

test("reports a manual job as skipped, and an unknown state as pending", () => {
  assert.equal(toState("manual"), "skipped");
  for (const state of ["created", "running", "scheduled", "canceling", "a_new_one"]) {
    assert.equal(toState(state), "pending", state);
  }
});

test("does not report an allowed failure as failed", async (t) => {
  const { forge, repository, fake } = await gitlabUnderTest(t);
  const status = { id: 1, name: "flaky", status: "failed", target_url: null, description: null };
  const answer = (allow_failure: boolean) => (asked: string) =>
    asked.endsWith("/statuses") ? { body: [{ ...status, allow_failure }] } : { body: [] };
  fake.interrupt = answer(true);
  const [allowed] = await forge.checkResults(repository, "a".repeat(40));
  assert.deepEqual([allowed?.state, allowed?.summary], ["skipped", "failed, which is allowed"]);
  fake.interrupt = answer(false);
  assert.equal((await forge.checkResults(repository, "a".repeat(40)))[0]?.state, "failed");
});
