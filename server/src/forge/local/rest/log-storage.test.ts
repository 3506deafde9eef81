import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Clock } from "../../../core/base/index.ts";
import { makeStarted } from "../testing/local-forge-fixture.ts";
import { octokitOf, refuses, repo } from "../testing/octokit-client.ts";

async function makeLogged(t: TestContext, clock?: Clock) {
  const it = await makeStarted(t, clock && { clock });
  const octokit = octokitOf(it, it.writer.token);
  const sha = await it.commit("tembo/fix");
  const run = async (text?: string) =>
    (
      await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
        ...repo,
        name: "build",
        head_sha: sha,
        status: "completed",
        conclusion: "failure",
        output: { title: "build", summary: "broken", ...(text !== undefined && { text }) },
      })
    ).data.id as number;
  const askLog = (id: number) =>
    fetch(`${it.url}/api/github/v3/repos/acme/app/actions/jobs/${id}/logs`, {
      redirect: "manual",
      headers: { authorization: `Bearer ${it.writer.token}` },
    });
  return { ...it, octokit, run, askLog };
}

test("redirects to the storage of a job's log, which requires no token", async (t) => {
  const { octokit, run, askLog } = await makeLogged(t);
  const id = await run("line 1\nerror: broken\n");
  const answer = await askLog(id);
  assert.equal(answer.status, 302);
  const stored = await fetch(answer.headers.get("location")!);
  assert.deepEqual([stored.status, await stored.text()], [200, "line 1\nerror: broken\n"]);
  assert.match(stored.headers.get("content-type") ?? "", /^text\/plain/);
  const followed = await octokit.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", {
    ...repo,
    job_id: Number(id),
  });
  assert.equal(followed.data, "line 1\nerror: broken\n");
  const silent = { ...repo, job_id: Number(await run()) };
  await refuses(
    octokit.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", silent),
    404,
    /Not Found/,
  );
});

test("a log URL is valid only for its log, and for one minute", async (t) => {
  let nowMs = Date.now();
  const { run, askLog } = await makeLogged(t, { now: () => new Date(nowMs) });
  const [first, second] = [await run("first"), await run("second")];
  const address = (await askLog(first)).headers.get("location")!;
  const statusOf = async (url: string) => (await fetch(url)).status;
  assert.equal(await statusOf(address), 200, "control");
  assert.equal(await statusOf(address.replace(`/${first}?`, `/${second}?`)), 403);
  assert.equal(await statusOf(address.replace(/until=\d+/, `until=${nowMs + 9_000_000}`)), 403);
  assert.equal(await statusOf(address.replace(/signature=.*/, "signature=")), 403);
  assert.equal(await statusOf(address.split("?", 1)[0]!), 403);
  nowMs += 61_000;
  assert.equal(await statusOf(address), 403);
});
