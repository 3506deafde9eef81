import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStarted } from "../../testing/local-forge-fixture.ts";
import { octokitOf, refuses, repo } from "../../testing/octokit-client.ts";

test("creates, updates and lists checks, with a job's log", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  const sha = await it.commit("tembo/fix");
  const { data: run } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
    ...repo,
    name: "build",
    head_sha: sha,
    status: "in_progress",
  });
  assert.deepEqual([run.status, run.conclusion], ["in_progress", null]);
  const job = { ...repo, job_id: run.id };
  await refuses(
    octokit.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", job),
    404,
    /Not Found/,
  );
  await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    ...repo,
    check_run_id: run.id,
    status: "completed",
    conclusion: "failure",
    output: { title: "build", summary: "It broke", text: "line 1\nerror\n" },
  });
  const { data: log } = await octokit.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", job);
  assert.equal(log, "line 1\nerror\n");
  for (const state of ["pending", "success"] as const)
    await octokit.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
      ...repo,
      sha,
      state,
      context: "lint",
    });
  const at = { ...repo, ref: "tembo/fix" };
  const { data: status } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/status", at);
  assert.deepEqual([status.state, status.total_count, status.sha], ["success", 1, sha]);
  const { data: runs } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", at);
  assert.deepEqual(
    runs.check_runs.map((one) => [one.name, one.conclusion]),
    [["build", "failure"]],
  );
  const { data: suites } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", at);
  assert.deepEqual(
    suites.check_suites.map(({ conclusion }) => conclusion),
    ["failure"],
  );
  await refuses(
    octokit.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
      ...repo,
      sha: "f".repeat(40),
      state: "success",
    }),
    422,
    /No commit found/,
  );
});
