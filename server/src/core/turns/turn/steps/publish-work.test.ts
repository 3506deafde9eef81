import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { AppError, createMasker } from "../../../base/index.ts";
import type { Checkout } from "../checkout.ts";
import type { TurnContext } from "../turn-context.ts";
import { maxRepositoriesAtOnce } from "./commit-work.ts";
import { publishWork } from "./publish-work.ts";

const { signal } = new AbortController();
const ids = ["r1", "r2", "r3", "r4", "r5", "r6"];

/** Publishes six repositories. Each push takes a turn of the event loop, so that all pushes that run at once overlap. */
async function publishSix(failing: string | null, apart = false) {
  let [running, most] = [0, 0];
  const recorded: string[] = [];
  const checkouts = ids.map(
    (id) =>
      ({
        repository: { id },
        use: { branchName: `work-${id}`, directory: id, targetBranch: "main" },
        forge: {
          signer: null,
          remote: async () => ({}),
          findPullRequest: async () => ({ number: 1, reviewRequests: { users: null } }),
        },
        signingKey: null,
      }) as unknown as Checkout,
  );
  const context = {
    session: { id: "s", number: 1 },
    turn: { id: "turn" },
    message: { id: "m", author: null },
    lease: { attempt: 1 },
    organization: { settings: {} },
    masker: createMasker([]),
    checkouts,
    ports: {
      settings: { dataDir: "/nowhere", savesWorkspaces: false },
      clock: { now: () => new Date(0) },
      workspaces: { ownerOf: () => ({}) },
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
            ids.map((repositoryId) => ({ repositoryId, baseSha: "base", targetBranch: "main" })),
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
    },
  } as unknown as TurnContext;
  const publish = (some: readonly string[]) =>
    publishWork(
      context,
      Object.fromEntries(some.map((id) => [id, `head of ${id}`])),
      { withPullRequests: true },
      signal,
    );
  const results = [];
  for (const some of apart ? ids.map((id) => [id]) : [ids])
    results.push(...(await Promise.allSettled([publish(some)])));
  return { settled: results[0], most, recorded: recorded.sort() };
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
      pushed: ids.map((id) => ({ directory: id, sha: `head of ${id}` })),
      branches: ids.map((id) => `${id}: work-${id}`),
      rescued: [],
    },
  });
  assert.deepEqual(six.recorded, published(ids));
  requireAtOnce(six);
  const oneByOne = await publishSix(null, true);
  assert.deepEqual(oneByOne.recorded, published(ids));
  assert.throws(() => requireAtOnce(oneByOne), assert.AssertionError, "control");
});

test("publishes the other repositories before it throws the error of one that failed", async () => {
  const { settled, recorded } = await publishSix("r2");
  assert.match(String((settled as PromiseRejectedResult).reason), /work-r2 was rejected/);
  assert.deepEqual(recorded, published(ids.filter((id) => id !== "r2")));
});
