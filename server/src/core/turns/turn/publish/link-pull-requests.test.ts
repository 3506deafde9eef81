import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../../testing/test-store.ts";
import type { ForgePullRequest, PullRequest } from "../../../forges/index.ts";
import type { TurnContext } from "../turn-context.ts";
import { linkPullRequests } from "./link-pull-requests.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const after1s = new Date(someTime.getTime() + 1_000);
const after2s = new Date(someTime.getTime() + 2_000);

/**
 * Links the two pull requests of a session, of which the first has an update on the forge at `after1s`. Stores `report`
 * while the forge processes that update. Returns the first pull request.
 */
async function linkDuring(report: Partial<PullRequest>, attempt = 1): Promise<PullRequest> {
  const repositories = [await t.addRepository(), await t.addRepository()];
  const session = await t.addSession({}, repositories);
  const lease = await t.startTurn(session.id);
  const pullRequests = repositories.map(({ id: repositoryId, name }) =>
    aPullRequest({
      ...{ organizationId: t.organizationId, sessionId: session.id, repositoryId },
      ...{ url: `https://forge.example/${name}`, body: "It did not work." },
    }),
  );
  for (const pullRequest of pullRequests) await t.store.pullRequests.save(lease, pullRequest);
  const [first] = pullRequests as [PullRequest, PullRequest];
  const checkouts = repositories.map((repository, index) => {
    const { body, status } = pullRequests[index]!;
    return {
      repository,
      forge: {
        findPullRequestByNumber: async () => (index === 0 ? ({ body, status } as ForgePullRequest) : null),
        updatePullRequest: async (_: object, __: number, change: { readonly body: string }) => {
          assert.ok(await t.store.pullRequests.observe({ ...first, ...report }));
          return { ...change, updatedAt: after1s };
        },
      },
    };
  });
  const context = { ports: { store: t.store }, session, lease: { ...lease, attempt }, checkouts };
  await linkPullRequests(context as unknown as TurnContext);
  return (await t.store.pullRequests.find(t.organizationId, first.id))!;
}

test("keeps what an event stores while the link table is added to the body", async () => {
  const linked = await linkDuring({ title: "Make it work", isDraft: true });
  assert.deepEqual([linked.title, linked.isDraft, linked.forgeUpdatedAt], ["Make it work", true, someTime]);
  assert.match(linked.body, /^It did not work\.\n.*https:\/\/forge\.example/s);
  // An event from before the update has other changes.
  const event = { ...linked, status: "closed" as const, forgeUpdatedAt: new Date(someTime.getTime() + 500) };
  assert.equal(await t.store.pullRequests.observe(event), true);
});

test("keeps a newer state that is stored before the body", async () => {
  const newer = { status: "merged", body: "Edited.", forgeUpdatedAt: after2s } as const;
  const linked = await linkDuring(newer);
  const { status, body, forgeUpdatedAt } = linked;
  assert.deepEqual({ status, body, forgeUpdatedAt }, newer);
});

test("stops adding link tables if another worker continues the turn", async () => {
  for (const report of [{}, { forgeUpdatedAt: after2s }])
    await assert.rejects(linkDuring(report, 2), { code: "fenced" });
});
