import assert from "node:assert/strict";
import { test } from "node:test";
import { rejects } from "../../testing/rejects.ts";
import { startFakeGithub } from "../testing/fake-github.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const check = {
  id: "399444496",
  kind: "job",
  name: "build",
  state: "failed",
  url: null,
  summary: null,
} as const;
const logs = "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs";
const storage = "GET /storage/log";
const toStorage = (
  { url }: { url: URL; headers: { host?: string | undefined } },
  host: string | undefined,
) => ({
  status: 302,
  headers: { location: `http://${host}/storage/log?from=${url.pathname.length}` },
});

test("returns the end of a job log from GitHub's storage, without sending the token to the storage", async (t) => {
  const github = await startFakeGithub(t, {
    [logs]: (request) => toStorage(request, request.headers.host),
    [storage]: () => ({ body: `${"line\n".repeat(1000)}error: ünd 🐘` }),
  });
  const log = await github.connect().jobLog(repository, check, 20);
  assert.equal(log, "ine\nerror: ünd 🐘");
  const [asked, stored] = github.requests;
  assert.equal(asked?.headers.authorization, "Bearer good");
  assert.equal(stored?.headers.authorization, undefined);
  assert.deepEqual(github.violations, []);
});

test("returns null for a deleted log and for a commit status", async (t) => {
  const github = await startFakeGithub(t, {
    [logs]: (request) =>
      request.nth === 1
        ? { status: 410, body: { message: "Gone" } }
        : toStorage(request, request.headers.host),
  });
  const forge = github.connect();
  assert.equal(await forge.jobLog(repository, check, 20), null);
  assert.equal(await forge.jobLog(repository, check, 20), null);
  assert.equal(github.requests.length, 3);
  assert.equal(await forge.jobLog(repository, { ...check, kind: "status" }, 20), null);
  assert.equal(github.requests.length, 3);
});

test("reports an error if the log storage rejects the request", async (t) => {
  const github = await startFakeGithub(t, {
    [logs]: (request) => toStorage(request, request.headers.host),
    [storage]: () => ({ status: 403, body: "expired" }),
  });
  await rejects(github.connect().jobLog(repository, check, 20), "forge_failed", /log of "build".*403/);
});

test("reads a log that the server returns directly", async (t) => {
  const github = await startFakeGithub(t, { [logs]: () => ({ body: "one\ntwo\n" }) });
  assert.equal(await github.connect().jobLog(repository, check, 4), "two\n");
});
