import assert from "node:assert/strict";
import { test } from "node:test";
import { commitWork, maxRepositoriesAtOnce } from "./commit-work.ts";
import { repositoryIds, sixRepositories } from "./testing/six-repositories.ts";

const { signal } = new AbortController();

/** Commits six repositories, whose captures wait until as many of them run as may run at once. */
async function commitSix(failing: string | null) {
  let [running, most] = [0, 0];
  const full = Promise.withResolvers<void>();
  const recorded: string[] = [];
  const context = sixRepositories({
    git: {
      capture: async ({ branch }: { branch: string }) => {
        most = Math.max(most, ++running);
        if (running === maxRepositoriesAtOnce) full.resolve();
        await full.promise;
        running -= 1;
        if (branch === `work-${failing}`) throw new Error(`${branch} failed`);
        return { headSha: branch === "work-r6" ? "unchanged" : `head of ${branch}`, notices: [] };
      },
      diff: async () => ({
        ...{ additions: 1, deletions: 0, changedFiles: 1 },
        patch: { text: "", isComplete: true },
      }),
    },
    store: {
      sessions: {
        repositories: async () => repositoryIds.map((repositoryId) => ({ repositoryId, baseSha: "base" })),
      },
      diffs: { save: async () => {} },
      events: {
        list: async () => [],
        append: async (_id: string, _lease: object, events: { data: { type: string; sha: string } }[]) =>
          void recorded.push(...events.map(({ data }) => `${data.type} ${data.sha}`)),
      },
    },
  });
  const before = Object.fromEntries(repositoryIds.map((id) => [id, id === "r6" ? "unchanged" : "base"]));
  const [settled] = await Promise.allSettled([commitWork(context, before, signal)]);
  return { settled, most, recorded: recorded.sort() };
}

const heads = ["r1", "r2", "r3", "r4", "r5"].map((id) => [id, `head of work-${id}`]);

test("captures several repositories at once, up to a limit", async () => {
  const { settled, most, recorded } = await commitSix(null);
  assert.deepEqual(settled, { status: "fulfilled", value: Object.fromEntries(heads) });
  assert.equal(most, maxRepositoriesAtOnce);
  assert.deepEqual(
    recorded,
    heads.map(([, head]) => `commit.created ${head}`),
  );
});

test("records the other repositories' work before it reports that one failed", async () => {
  const { settled, recorded } = await commitSix("r2");
  assert.match(String((settled as PromiseRejectedResult).reason), /work-r2 failed/);
  assert.deepEqual(
    recorded,
    heads.filter(([id]) => id !== "r2").map(([, head]) => `commit.created ${head}`),
  );
});
