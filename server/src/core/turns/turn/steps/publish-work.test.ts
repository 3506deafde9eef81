import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { AppError, type Span } from "../../../base/index.ts";
import { maxRepositoriesAtOnce } from "./commit-work.ts";
import { publishWork } from "./publish-work.ts";
import { repositoryIds, sixRepositories } from "./testing/six-repositories.ts";

const { signal } = new AbortController();

/** Publishes six repositories. Each push takes a turn of the event loop, so that all pushes that run at once overlap. */
async function publishSix(failing: string | null, apart = false) {
  let [running, most] = [0, 0];
  const recorded: string[] = [];
  const spans: Span[] = [];
  const context = sixRepositories({
    trace: (span) => void spans.push(span),
    forge: {
      remote: async () => ({}),
      findPullRequest: async ({ id }: { id: string }) => ({
        ...{ number: 1, url: `http://tembo.example/${id}/pulls/1`, reviewRequests: { users: null } },
      }),
    },
    git: {
      push: async ({ branch, sha }: { branch: string; sha: string }) => {
        most = Math.max(most, ++running);
        await turnOfTheLoop();
        running -= 1;
        if (branch === `work-${failing}`) throw new AppError("push_rejected", `${branch} was rejected.`);
        return { outcome: "pushed", sha };
      },
    },
    store: {
      sessions: {
        repositories: async () =>
          repositoryIds.map((repositoryId) => ({ repositoryId, baseSha: "base", targetBranch: "main" })),
      },
      diffs: { list: async () => ({ items: [] }) },
      pullRequests: {
        findByNumber: async () => null,
        ofSession: async () => [],
        save: async (_lease: object, { repositoryId }: { repositoryId: string }) =>
          void recorded.push(`saved ${repositoryId}`),
      },
      events: {
        list: async () => [],
        append: async (_id: string, _lease: object, events: { data: Record<string, string> }[]) => {
          for (const { data } of events)
            if (data.type !== "turn.step") recorded.push(`${data.type} ${data.repository}`);
        },
      },
    },
  });
  const publish = (some: readonly string[]) =>
    publishWork(
      context,
      Object.fromEntries(some.map((id) => [id, `head of ${id}`])),
      { withPullRequests: true },
      signal,
    );
  const results = [];
  for (const some of apart ? repositoryIds.map((id) => [id]) : [repositoryIds])
    results.push(...(await Promise.allSettled([publish(some)])));
  return { settled: results[0], most, recorded: recorded.sort(), spans };
}

/** Returns what is recorded for the repositories, sorted. */
const published = (some: readonly string[]) =>
  some.flatMap((id) => [`branch.pushed ${id}`, `pullRequest.opened ${id}`, `saved ${id}`]).sort();

function requireAtOnce({ most }: { readonly most: number }): void {
  assert.equal(most, maxRepositoriesAtOnce);
}

test("publishes several repositories at once, up to a limit", async () => {
  const six = await publishSix(null);
  assert.deepEqual(six.settled, {
    status: "fulfilled",
    value: {
      pullRequests: 6,
      pushed: repositoryIds.map((id) => ({ directory: id, branch: `work-${id}`, sha: `head of ${id}` })),
      branches: repositoryIds.map((id) => `${id}: work-${id}`),
      rescued: [],
    },
  });
  assert.deepEqual(six.recorded, published(repositoryIds));
  requireAtOnce(six);
  const oneByOne = await publishSix(null, true);
  assert.deepEqual(oneByOne.recorded, published(repositoryIds));
  assert.throws(() => requireAtOnce(oneByOne), assert.AssertionError, "control");
});

test("publishes the other repositories before it throws the error of one that failed", async () => {
  const { settled, recorded } = await publishSix("r2");
  assert.match(String((settled as PromiseRejectedResult).reason), /work-r2 was rejected/);
  assert.deepEqual(recorded, published(repositoryIds.filter((id) => id !== "r2")));
});

test("traces each repository with its pull request, and the error of one that failed", async () => {
  const { spans } = await publishSix("r2");
  const byName = new Map(spans.map((span) => [span.attributes["vcs.repository.name"], span]));
  assert.deepEqual([...byName.keys()].sort(), repositoryIds);
  assert.ok(spans.every(({ name }) => name === "publish.repository"));
  assert.ok(spans.every(({ traceId, parentSpanId }) => traceId === "trace" && parentSpanId === "step"));
  const about = (name: string) => ({
    "tembo.attempt": 1,
    "vcs.owner.name": "acme",
    "vcs.repository.name": name,
    "vcs.repository.url.full": `http://tembo.example/git/acme/${name}.git`,
  });
  const [opened, failed] = [byName.get("r1")!, byName.get("r2")!];
  assert.equal(opened.errorCode, null);
  assert.deepEqual(opened.attributes, {
    ...about("r1"),
    "vcs.ref.head.revision": "head of r1",
    "vcs.change.id": "1",
    "tembo.pull_request.url": "http://tembo.example/r1/pulls/1",
  });
  assert.equal(failed.errorCode, "push_rejected");
  assert.deepEqual(failed.attributes, about("r2"));
});
