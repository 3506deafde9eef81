import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { bodyOf, fakeForge } from "../../../testing/webhook-fixture.ts";
import type { ForgeEvent } from "../forge/forge-event.ts";
import type { ForgesPorts } from "../ports.ts";
import { receiveLocalEvent } from "./receive-local-event.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("stores pushes by other people, but of Tembo's own events only pushes to the default branch", async () => {
  const { owner, name } = await t.addRepository({ forge: "local", defaultBranch: "main" });
  const stored: string[] = [];
  const ports = {
    ...{ store: t.store, clock: t.clock, log: { info() {}, warn() {}, error() {} } },
    settings: { publicUrl: "http://127.0.0.1:1" },
    forges: { local: { ...fakeForge(), connect: () => ({ account: async () => ({ id: "tembo" }) }) } },
    engine: { enqueueJob: async (_: unknown, { kind }: { readonly kind: string }) => void stored.push(kind) },
  } as unknown as ForgesPorts;
  const isStored = async (actorId: string, change: object) => {
    stored.length = 0;
    const repository = { externalId: "", owner, name, url: "https://forge.example" };
    const event = { repository, actor: { id: actorId }, at: someTime, ...change } as ForgeEvent;
    const headers = { "x-github-event": event.type };
    await receiveLocalEvent(ports, { headers, body: Buffer.from(bodyOf(event)) });
    return stored.length === 1;
  };
  const pushed = (branch: string) => ({
    type: "branch.pushed",
    branch,
    sha: "a".repeat(40),
    isForced: false,
  });
  assert.equal(await isStored("ada", pushed("main")), true);
  assert.equal(await isStored("ada", pushed("other")), true, "another branch may be a project's base branch");
  assert.equal(await isStored("tembo", pushed("main")), true, "a merge");
  assert.equal(await isStored("tembo", pushed("tembo/fix")), false, "a session's branch");
  const deleted = { type: "ref.deleted", refType: "branch", ref: "main" };
  assert.equal(await isStored("tembo", deleted), false);
  assert.equal(await isStored("ada", deleted), true, "control");
});
