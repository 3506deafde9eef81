import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createWebhook, testWebhook, type Webhook } from "../core/automation/index.ts";
import type { Ports } from "../core/ports.ts";
import type { WebhookAnswer, WebhookRequest } from "../core/turns/index.ts";
import { createPublicViews } from "../http/public-views.ts";
import { onAbort } from "../runtime/on-abort.ts";
import { openTestStore, type TestStore, until } from "../testing/test-store.ts";
import { openVault } from "../vault/open-vault.ts";
import { openJobWorker } from "./testing/job-worker.ts";

let t: TestStore;
let folder: string;
let worker: Awaited<ReturnType<typeof openJobWorker>>;
/** Requests that are waiting for their response. */
const open: { readonly url: string; readonly answer: (answer: WebhookAnswer) => void }[] = [];
const openAt = (webhook: Webhook) => open.filter(({ url }) => url === webhook.url);

before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-webhook-jobs-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  const broker = {
    problemOfWebhookUrl: () => null,
    sendWebhook: ({ url }: WebhookRequest, signal: AbortSignal) =>
      new Promise<WebhookAnswer>((answer, reject) => {
        open.push({ url, answer });
        onAbort(signal, () => reject(signal.reason));
      }),
  };
  const clock = { now: () => new Date() };
  const settings = {
    publicUrl: "http://127.0.0.1:1",
    workspaceDays: 0,
    auditRetentionDays: 0,
    sessionRetentionDays: 0,
    turnLimitMs: 1,
  };
  const change: Partial<Ports> = {
    clock,
    vault,
    broker: broker as unknown as Ports["broker"],
    settings: settings as Ports["settings"],
    views: createPublicViews(() => worker.ports),
  };
  worker = await openJobWorker(t.database.url, change);
  const nothing = async () => ({ kind: "ignored", sentence: "Nothing." }) as const;
  await worker.start({ syncIntegration: async () => {}, handleEvent: nothing });
});
after(async () => {
  await worker.close();
  await t.drop();
  await rm(folder, { recursive: true });
});

async function aWebhook(name: string): Promise<Webhook> {
  const { webhook } = await createWebhook(worker.ports, t.organizationId, {
    url: `https://${name}.example/`,
    description: "",
    events: ["session.created"],
    isEnabled: true,
  });
  return webhook;
}

async function jobRows(deliveryId: string) {
  const { rows } = await t.database.pool.query<{ status: string; queue: string; partition: string }>(
    `select status, queue_name as queue, queue_partition_key as partition from dbos.workflow_status
     where starts_with(workflow_uuid, $1) order by workflow_uuid`,
    [`webhookAttempt:${deliveryId}:`],
  );
  return rows;
}

test("limits a webhook to four open requests without delaying another webhook", async () => {
  const [slow, quick] = [await aWebhook("slow"), await aWebhook("quick")];
  for (let count = 0; count < 10; count++) await testWebhook(worker.ports, slow);
  await until(async () => openAt(slow).length === 4);
  await testWebhook(worker.ports, quick);
  await until(async () => openAt(quick).length === 1);
  assert.equal(openAt(slow).length, 4);
  openAt(slow)[0]!.answer({ status: 204, body: "" });
  await until(async () => openAt(slow).length === 5);
  for (const { answer } of open.splice(0)) answer({ status: 204, body: "" });
  await until(async () => openAt(slow).length >= 4);
  await t.store.webhooks.delete(t.organizationId, slow.id);
  for (const { answer } of open.splice(0)) answer({ status: 204, body: "" });
});

test("delivers an event promptly and schedules the next attempt as a delayed job after a failure", async () => {
  const webhook = await aWebhook("failing");
  await t.addSession();
  await until(async () => openAt(webhook).length === 1);
  openAt(webhook)[0]!.answer({ status: 500, body: "" });
  const { items } = await t.store.outgoing.list(t.organizationId, { webhookId: webhook.id, limit: 10 });
  const [delivery] = items;
  const rows = await until(async () => {
    const found = await jobRows(delivery!.id);
    return found.length === 2 && found[0]!.status === "SUCCESS" && found;
  });
  const place = { queue: "webhooks", partition: webhook.id };
  assert.deepEqual(rows, [
    { ...place, status: "SUCCESS" },
    { ...place, status: "DELAYED" },
  ]);
});
