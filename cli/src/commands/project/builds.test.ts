import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import type { FakeApi } from "../../testing/fake-api.ts";
import { answerWith, startFakeApi } from "../../testing/fake-api.ts";
import { at, changesOf, id, known, list, run, snapshotId } from "./project-fixture.ts";

const builds = `/v1/projects/${id}/builds`;
const build = {
  id: "b1",
  projectId: id,
  status: "completed",
  trigger: "manual",
  sandboxSize: "medium",
  failure: null,
  progress: null,
  durationMs: 125_000,
  createdAt: at,
  startedAt: at,
  completedAt: at,
  snapshotId,
};
const running = {
  ...build,
  id: "b2",
  status: "running",
  progress: { phase: "setup", message: "npm ci", percent: 40.4, updatedAt: at },
  completedAt: null,
  snapshotId: null,
};
const failed = {
  ...build,
  status: "failed",
  failure: "Line 3 of the setup script failed.",
  snapshotId: null,
};

/** Sends the pieces of the log, and then the end of the build unless it is null. */
const logOf =
  (pieces: readonly string[], status: string | null): FakeApi["answers"][string] =>
  (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const [index, text] of pieces.entries())
      response.write(`event: log\nid: ${index + 1}\ndata: ${JSON.stringify({ text })}\n\n`);
    if (status !== null) response.end(`event: end\ndata: ${JSON.stringify({ status })}\n\n`);
  };

const withBuilds = {
  ...known,
  [`POST ${builds}`]: { jobIds: ["b1"] },
  [`GET ${builds}`]: list(
    { ...build, id: "b3", status: "pending", durationMs: null, snapshotId: null },
    running,
  ),
  [`GET ${builds}/b1`]: { ...build, logs: "one\ntwo\n" },
  [`GET ${builds}/b3`]: { ...build, id: "b3", status: "pending", logs: "" },
  [`POST ${builds}/b2/cancel`]: { id: "b2", cancelled: true },
};

test("requests a build, lists builds with progress or result, and shows one", async () => {
  await using api = await startFakeApi(withBuilds);
  assert.equal((await run(api, ["build", "web", "--size", "medium"])).stdout, "b1\n");
  assert.equal((await run(api, ["build", id, "--again", snapshotId])).stdout, "b1\n");
  assert.deepEqual(
    changesOf(api).map(([, body]) => body),
    [{ sizes: ["medium"] }, { snapshotId }],
  );
  assert.equal(
    (await run(api, ["builds", "web"])).stdout,
    `b3\tpending\t${at}\t-\tmanual\t-\nb2\trunning\t${at}\t125\tmanual\tsetup: npm ci, 40%\n`,
  );
  const shown = (await run(api, ["build", "show", "web", "b1"])).stdout;
  assert.match(shown, /^status: +completed$/m);
  assert.match(shown, /^duration: +2 min 5 s$/m);
  assert.match((await run(api, ["build", "show", id])).stdout, /^ID: +b3$/m);
});

test("cancels the running build before the pending one, and reports if there is none", async () => {
  await using api = await startFakeApi(withBuilds);
  assert.equal((await run(api, ["cancel", "web"])).stdout, "Canceled build b2.\n");
  api.answers[`GET ${builds}`] = list(build);
  assert.match((await run(api, ["cancel", "web"])).stderr, /no pending or running build/);
  api.answers[`GET ${builds}`] = list();
  assert.match((await run(api, ["logs", "web"])).stderr, /no builds[\s\S]*Next: tembo project build web/);
});

test("prints the log without control characters", async () => {
  await using api = await startFakeApi({
    ...withBuilds,
    [`GET ${builds}/b1`]: { ...build, logs: "one\n\u001b[31m two\u0007\u001b[0m\n" },
  });
  assert.equal((await run(api, ["logs", "web", "b1"])).stdout, "one\n two\n");
});

test("follows the log to the end of the build, and exits with 1 if the build fails", async () => {
  await using api = await startFakeApi({
    ...withBuilds,
    [`GET ${builds}/b1/logs/stream`]: logOf(["one\n", "two\n"], "completed"),
  });
  const completed = await run(api, ["build", "web", "--follow"]);
  assert.deepEqual([completed.status, completed.stdout], [0, "one\ntwo\n"], completed.stderr);
  assert.match(completed.stderr, /^Build b1 of project Web\nThe build completed\./);
  const lines = (await run(api, ["logs", id, "b1", "--follow", "--json"])).stdout.trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [{ text: "one\n" }, { text: "two\n" }, build],
  );
  api.answers[`GET ${builds}/b1`] = { ...failed, logs: "" };
  const broken = await run(api, ["logs", id, "b1", "--follow"]);
  assert.deepEqual([broken.status, broken.stdout], [1, "one\ntwo\n"]);
  assert.match(broken.stderr, /^tembo: The build failed: Line 3 of the setup script failed\.\n/);
  api.answers[`GET ${builds}/b1`] = { ...build, status: "cancelled", logs: "" };
  assert.match((await run(api, ["logs", id, "b1", "--follow"])).stderr, /The build was canceled\./);
});

test("stops following on Ctrl-C without canceling the build", async () => {
  await using api = await startFakeApi({
    ...withBuilds,
    [`GET ${builds}/b1/logs/stream`]: logOf(["one\n"], null),
  });
  const ran = await run(api, ["logs", "web", "b1", "--follow"], {
    onOutput: (stdout, child) => void (stdout.includes("one") && child.kill("SIGINT")),
  });
  assert.equal(ran.status, 130);
  assert.match(ran.stderr, /continues in the background\.\nNext: tembo project logs web b1 --follow/);
  assert.deepEqual(changesOf(api), []);
});

test("shows the error of a request that the server rejects", async () => {
  await using api = await startFakeApi({
    ...withBuilds,
    [`POST ${builds}`]: (_, response) =>
      answerWith(response, 409, { error: "The build b9 is waiting.", code: "conflict" }),
  });
  const ran = await run(api, ["build", "web"]);
  assert.deepEqual(
    [ran.status, ran.stdout, ran.stderr],
    [exitCodes.conflict.code, "", "tembo: The build b9 is waiting.\n"],
  );
});
