import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEvent } from "@tembo-io/sdk";
import { auditLog } from "./audit-log.ts";

const linked = (name: string | null): AuditEvent => ({
  id: "e1",
  createdAt: "2026-03-02T09:00:00.000Z",
  action: "invitation.linked",
  actor: { kind: "system", userId: null, name: null, credential: null, sessionId: null },
  object: { kind: "member", id: null, name },
  address: null,
  details: {},
});

test("names an invitation link's recipient, and describes the setup link for the first admin", () => {
  const sentence = (event: AuditEvent) =>
    [auditLog.actor(event), auditLog.did(event), auditLog.object(event)].filter(Boolean).join(" ");
  assert.equal(
    sentence(linked("grace@kettle.example")),
    "Tembo created an invitation link for grace@kettle.example",
  );
  assert.equal(sentence(linked(null)), "Tembo created the setup link for the first admin");
});
