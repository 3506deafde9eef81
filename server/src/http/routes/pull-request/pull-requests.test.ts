import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/ids.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { aDiff, aPullRequest, someTime } from "../../../testing/test-store.ts";

let server: Served;
before(async () => {
  server = await serve();
});
after(() => server.close());

/** The key of another person of the organization. */
async function addOther(): Promise<string> {
  const { store, organizationId } = server.testStore;
  const [userId, email] = [newId(), "eve@example.com"];
  const dates = { createdAt: someTime, updatedAt: someTime };
  await store.users.insert({ id: userId, email, name: "Eve", onboarding: null, settings: {}, ...dates });
  await store.members.insert({ id: newId(), organizationId, userId, email, role: "admin", ...dates });
  return server.addKey(organizationId, userId);
}

test("a pull request of a private session tells its session and that one's diff to the person alone who made it", async () => {
  const { store, organizationId, ...t } = server.testStore;
  const [own, other] = [await server.addKey(organizationId), await addOther()];
  const { items: keys } = await store.apiKeys.list(organizationId, { limit: 10 });
  const createdByKeyId = keys.find(({ userId }) => userId === t.userId)!.id;
  const repository = await t.addRepository({ forge: "github", externalId: "1" });
  const session = await t.addSession({ title: "A walrus", visibility: "private", createdByKeyId }, [
    repository,
  ]);
  const lease = await t.startTurn(session.id);
  const ofBoth = { sessionId: session.id, repositoryId: repository.id };
  await store.diffs.save(lease, aDiff(ofBoth), "the patch");
  const pullRequest = aPullRequest({ organizationId, ...ofBoth });
  await store.pullRequests.save(lease, pullRequest);
  const told = async (key: string) => {
    const get = async (path: string) => (await server.ask(`/v1/pull-requests${path}`, key)).json();
    const { items } = (await get("")) as { items: { session: { title: string } | null }[] };
    const one = (await get(`/${pullRequest.id}`)) as {
      session: { visibility: string } | null;
      diff: { data: string };
    };
    return [items[0]!.session?.title, one.session?.visibility, one.diff.data];
  };
  assert.deepEqual(await told(other), [undefined, undefined, ""]);
  assert.deepEqual(await told(own), ["A walrus", "private", "the patch"], "control");
});
