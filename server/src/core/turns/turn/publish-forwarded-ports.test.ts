import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { maxPreviewsPerSession } from "@tembo/contract/limits";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createMasker } from "../../base/index.ts";
import type { TurnsTransaction } from "../ports.ts";
import { removePreview } from "../preview/publish-preview.ts";
import { publishForwardedPorts } from "./publish-forwarded-ports.ts";
import type { TurnContext } from "./turn-context.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

/** Returns the context of the first turn of a new session. */
async function aContext(previewDomain: string | null = "preview.localhost") {
  const { id } = await t.addSession();
  const lease = await t.startTurn(id);
  const settings = { publicUrl: "http://localhost:3000", previewDomain };
  return {
    ...{ session: { id, organizationId: t.organizationId }, lease, turn: { id: lease.turnId } },
    ...{ message: { id: await t.addMessage(id) }, masker: createMasker([]) },
    ports: { store: t.store, clock: t.clock, settings },
  } as unknown as TurnContext;
}

/** Returns the published ports and the notices of a session. */
async function read({ session: { id } }: TurnContext) {
  const previews = await t.store.previews.list(id);
  const events = await t.store.events.list(id, { afterSeq: 0, limit: 100 });
  return {
    published: previews.map(({ port }) => port),
    notices: events.flatMap(({ data }) => (data.type === "notice" ? [data.message] : [])),
  };
}

test("publishes forwarded ports once in a session, although a person has removed one", async () => {
  const context = await aContext();
  await publishForwardedPorts(context, []);
  await publishForwardedPorts(context, [3000, 8080, 3000]);
  assert.deepEqual(await read(context), { published: [3000, 8080], notices: [] });
  const { session } = context;
  const [first] = await t.store.previews.list(session.id);
  const place = { organizationId: t.organizationId, sessionId: session.id, lease: null, messageId: null };
  await removePreview(t.store, place, first!.id);
  await publishForwardedPorts(context, [3000, 8080, 9090]);
  assert.deepEqual(await read(context), { published: [8080], notices: [] });
});

test("publishes all ports in the next attempt if one was interrupted", async () => {
  const context = await aContext();
  let inserted = 0;
  const interrupted = {
    ...t.store,
    transaction: (run: (tx: TurnsTransaction) => Promise<void>) =>
      t.store.transaction((tx) =>
        run({
          ...tx,
          previews: {
            ...tx.previews,
            insert: async (preview) => {
              if (inserted === 1) throw new Error("The worker died.");
              await tx.previews.insert(preview);
              inserted += 1;
            },
          },
        }),
      ),
  };
  const ports = { ...context.ports, store: interrupted } as TurnContext["ports"];
  await assert.rejects(publishForwardedPorts({ ...context, ports }, [3000, 8080]), { message: /died/ });
  assert.equal(inserted, 1, "control");
  assert.deepEqual((await read(context)).published, []);
  await publishForwardedPorts(context, [3000, 8080]);
  assert.deepEqual((await read(context)).published, [3000, 8080]);
});

test("publishes nothing for an attempt that has lost the turn, so that the next one does", async () => {
  const context = await aContext();
  const lease = { ...context.lease, attempt: context.lease.attempt + 1 };
  await assert.rejects(publishForwardedPorts({ ...context, lease }, [3000]), { code: "fenced" });
  await publishForwardedPorts(context, [3000]);
  assert.deepEqual((await read(context)).published, [3000]);
});

test("publishes nothing without a preview domain, but later if there is one", async () => {
  const context = await aContext(null);
  await publishForwardedPorts(context, [3000]);
  assert.deepEqual(await read(context), { published: [], notices: [] });
  const settings = { ...context.ports.settings, previewDomain: "preview.localhost" };
  const ports = { ...context.ports, settings };
  await publishForwardedPorts({ ...context, ports }, [3000]);
  assert.deepEqual((await read(context)).published, [3000]);
});

test("reports ports beyond the limit of a session", async () => {
  const context = await aContext();
  const many = Array.from({ length: maxPreviewsPerSession + 1 }, (_, index) => 3000 + index);
  await publishForwardedPorts(context, many);
  const { published, notices } = await read(context);
  assert.deepEqual(published, many.slice(0, -1));
  assert.match(
    notices.join(),
    /^Not all ports that the dev container forwards are published\. The session already/,
  );
});
