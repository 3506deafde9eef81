import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

test("repo remove finds a repository by name, and deletes its data only with --delete-data", async () => {
  const repository = { id: "r1", owner: "local", name: "web", url: "http://x/web.git", baseBranch: "main" };
  const removed = { id: "r1", deleted: true };
  await using api = await startFakeApi({
    "GET /v1/repositories": { items: [repository], nextCursor: null },
    "DELETE /v1/repositories/r1": removed,
  });
  const env = { TEMBO_API_KEY: "k", TEMBO_BASE_URL: api.url };
  const deletions = () => api.asked.filter(({ line }) => line.startsWith("DELETE ")).map(({ line }) => line);
  const kept = await runCommand(["repo", "remove", "local/web"], { env });
  assert.equal(kept.status, 0, kept.stderr);
  assert.equal(kept.stdout, "Removed local/web. Its git data is kept on the server.\n");
  const gone = await runCommand(["repo", "remove", "r1", "--delete-data", "--yes", "--json"], { env });
  assert.deepEqual(JSON.parse(gone.stdout), removed);
  assert.deepEqual(deletions(), [
    "DELETE /v1/repositories/r1?deleteData=false",
    "DELETE /v1/repositories/r1?deleteData=true",
  ]);
});
