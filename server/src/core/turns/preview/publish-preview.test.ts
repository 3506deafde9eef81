import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { maxPreviewsPerSession, maxSharesPerPreview } from "@tembo/contract/limits";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import type { Ports } from "../../ports.ts";
import { createPreviewShare } from "./preview-shares.ts";
import { publishPreview, removePreview } from "./publish-preview.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const settings = {
  publicUrl: "http://localhost:3000",
  previewDomain: "preview.localhost" as string | null,
  maxPreviewShareMs: 24 * 60 * 60_000,
};
const portsWith = (changed: Partial<typeof settings> = {}) =>
  ({ store: t.store, clock: t.clock, settings: { ...settings, ...changed } }) as unknown as Ports;

async function aPlace() {
  const { id: sessionId } = await t.addSession();
  return { organizationId: t.organizationId, sessionId, lease: null, messageId: null };
}
const eventsOf = async (sessionId: string) =>
  (await t.store.events.list(sessionId, { afterSeq: 0, limit: 100 }))
    .map(({ data }) => data)
    .filter(({ type }) => type.startsWith("preview."));

test("publishes a port once, renames it, and removes it", async () => {
  const place = await aPlace();
  const first = await publishPreview(portsWith(), place, { port: 3000, name: null });
  const again = await publishPreview(portsWith(), place, { port: 3000, name: "web" });
  assert.deepEqual(again, { ...first, name: "web" });
  assert.deepEqual(await publishPreview(portsWith(), place, { port: 3000, name: null }), again);
  await removePreview(t.store, place, first.id);
  await assert.rejects(removePreview(t.store, place, first.id), { code: "not_found" });
  const previewId = first.id;
  assert.deepEqual(await eventsOf(place.sessionId), [
    { type: "preview.published", previewId, port: 3000, name: null },
    { type: "preview.published", previewId, port: 3000, name: "web" },
    { type: "preview.removed", previewId, port: 3000 },
  ]);
});

test("limits the ports of a session, even if they are published at the same time", async () => {
  const place = await aPlace();
  const all = await Promise.allSettled(
    Array.from({ length: maxPreviewsPerSession + 4 }, (_, index) =>
      publishPreview(portsWith(), place, { port: 3000 + index, name: null }),
    ),
  );
  const refused = all.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 4);
  assert.match(String(refused[0]!.reason), /already has 16 published ports/);
});

test("publishes and renames nothing without a preview domain, or for a turn that lost its lease", async () => {
  const place = await aPlace();
  const port = { port: 3000, name: null };
  await assert.rejects(publishPreview(portsWith({ previewDomain: null }), place, port), { code: "conflict" });
  const lease = await t.startTurn(place.sessionId);
  const lost = { ...place, lease: { ...lease, attempt: lease.attempt - 1 } };
  await assert.rejects(publishPreview(portsWith(), lost, port), { code: "fenced" });
  assert.deepEqual(await t.store.previews.list(place.sessionId), []);
  const { name } = await publishPreview(portsWith(), { ...place, lease }, port);
  await assert.rejects(publishPreview(portsWith(), lost, { ...port, name: "other" }), { code: "fenced" });
  assert.deepEqual(
    (await t.store.previews.list(place.sessionId)).map((one) => one.name),
    [name],
  );
});

test("limits the number and the lifetime of share links, and creates none if the server forbids them", async () => {
  const preview = await publishPreview(portsWith(), await aPlace(), { port: 3000, name: null });
  const share = (minutes: number | null = 60, changed: Partial<typeof settings> = {}) =>
    createPreviewShare(portsWith(changed), preview, { userId: t.userId, minutes });
  await assert.rejects(share(24 * 60 + 1), { code: "invalid_input", message: /at most 1440 minutes/ });
  await assert.rejects(share(1, { maxPreviewShareMs: 0 }), { code: "forbidden" });
  for (const [hours, expected] of [
    [1, 60],
    [168, 1_440],
  ] as const) {
    const { share: one } = await share(null, { maxPreviewShareMs: hours * 60 * 60_000 });
    assert.equal(one.expiresAt.getTime() - one.createdAt.getTime(), expected * 60_000);
    await t.store.previewShares.delete(preview.id, one.id);
  }
  const all = await Promise.allSettled(Array.from({ length: maxSharesPerPreview + 2 }, () => share()));
  assert.equal(all.filter(({ status }) => status === "rejected").length, 2);
  t.clock.set(new Date(t.clock.now().getTime() + 60 * 60_000));
  await share();
  const { rows } = await t.database.pool.query("select 1 from preview_shares where preview_id = $1", [
    preview.id,
  ]);
  assert.equal(rows.length, 1, "deletes expired links");
});
