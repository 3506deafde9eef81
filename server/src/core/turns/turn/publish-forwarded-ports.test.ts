import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { maxPreviewsPerSession } from "@tembo/contract/limits";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createMasker } from "../../base/index.ts";
import { publishForwardedPorts } from "./publish-forwarded-ports.ts";
import type { TurnContext } from "./turn-context.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

/** Publishes ports in a turn of a new session. Returns the published ports and the notices. */
async function publish(
  forwarded: readonly number[],
  { number = 1, previewDomain = "preview.localhost" as string | null } = {},
) {
  const { id } = await t.addSession();
  const session = { id, organizationId: t.organizationId };
  const lease = await t.startTurn(id);
  const settings = { publicUrl: "http://localhost:3000", previewDomain };
  const context = {
    ...{ session, lease, turn: { number }, message: { id: await t.addMessage(id) } },
    masker: createMasker([]),
    ports: { store: t.store, clock: t.clock, settings },
  } as unknown as TurnContext;
  await publishForwardedPorts(context, forwarded);
  const previews = await t.store.previews.list(id);
  const events = await t.store.events.list(id, { afterSeq: 0, limit: 100 });
  return {
    published: previews.map(({ port }) => port).sort((a, b) => a - b),
    notices: events.flatMap(({ data }) => (data.type === "notice" ? [data.message] : [])),
  };
}

test("publishes forwarded ports in the first turn only", async () => {
  assert.deepEqual(await publish([3000, 8080, 3000]), { published: [3000, 8080], notices: [] });
  assert.deepEqual(await publish([3000], { number: 2 }), { published: [], notices: [] });
});

test("publishes nothing without a preview domain", async () => {
  assert.deepEqual(await publish([3000], { previewDomain: null }), { published: [], notices: [] });
});

test("reports ports beyond the limit of a session", async () => {
  const many = Array.from({ length: maxPreviewsPerSession + 1 }, (_, index) => 3000 + index);
  const { published, notices } = await publish(many);
  assert.deepEqual(published, many.slice(0, -1));
  assert.match(
    notices.join(),
    /^Not all ports that the dev container forwards are published\. The session already/,
  );
});
