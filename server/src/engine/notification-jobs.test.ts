import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hashToken } from "../core/accounts/index.ts";
import { type Mail, type MailResult, saveMailServer } from "../core/automation/index.ts";
import { newId } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { onAbort } from "../runtime/on-abort.ts";
import { openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";
import { openVault } from "../vault/open-vault.ts";
import { openJobWorker } from "./testing/job-worker.ts";

let t: TestStore;
let folder: string;
let worker: Awaited<ReturnType<typeof openJobWorker>>;
/** Emails that wait for the mail server's response. */
const open: { readonly mail: Mail; readonly answer: (result: MailResult) => void }[] = [];

before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-notification-jobs-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  const settings = {
    publicUrl: "http://127.0.0.1:1",
    workspaceDays: 0,
    auditRetentionDays: 0,
    sessionRetentionDays: 0,
    turnLimitMs: 1,
  };
  const change: Partial<Ports> = {
    clock: { now: () => new Date() },
    vault,
    mailer: {
      send: (_server, mail, signal) =>
        new Promise((answer, reject) => {
          open.push({ mail, answer });
          onAbort(signal, () => reject(signal.reason));
        }),
    },
    settings: settings as Ports["settings"],
  };
  worker = await openJobWorker(t.database.url, change);
  await worker.start({
    syncIntegration: async () => {},
    handleEvent: async () => ({ kind: "ignored", sentence: "Nothing." }),
  });
});
after(async () => {
  await worker.close();
  await t.drop();
  await rm(folder, { recursive: true });
});

test("sends an email promptly, with at most four at a time for an organization, and records each once", async () => {
  const { organizationId, userId, store } = t;
  await store.users.update({ ...(await store.users.find(userId))!, email: "ada@example.com" });
  await store.members.verifyEmail(
    (await store.members.ofUser(organizationId, userId))!.id,
    "ada@example.com",
  );
  const keyId = newId();
  await store.apiKeys.insert(
    {
      ...{ id: keyId, organizationId, userId, name: null, tokenPreview: "tembo_…" },
      ...{ createdAt: someTime, updatedAt: someTime, lastUsedAt: null },
    },
    hashToken(`tembo_${randomUUID()}`),
  );
  await saveMailServer(worker.ports, organizationId, {
    ...{ host: "smtp.example.com", port: 25, security: "none", username: null },
    ...{ fromAddress: "tembo@example.com", password: undefined },
  });
  for (let count = 0; count < 6; count++) {
    const { id } = await t.addSession({ createdByKeyId: keyId, status: "inProgress" });
    await store.sessions.setStatus(id, "failed", someTime);
  }
  await until(async () => open.length === 4);
  const { rows } = await t.database.pool.query<{ queue: string; partition: string }>(
    `select distinct queue_name as queue, queue_partition_key as partition from dbos.workflow_status
     where starts_with(workflow_uuid, 'notificationAttempt:')`,
  );
  assert.deepEqual(rows, [{ queue: "webhooks", partition: `${organizationId}:email` }]);
  const messageIds = new Set<string>();
  await until(async () => {
    for (const { mail, answer } of open.splice(0)) {
      assert.equal(messageIds.has(mail.messageId), false, "each email is sent once");
      messageIds.add(mail.messageId);
      answer({ kind: "sent" });
    }
    const sent = await t.database.pool.query("select 1 from notifications where status = 'sent'");
    return sent.rows.length === 6;
  });
  assert.equal(messageIds.size, 6);
});
