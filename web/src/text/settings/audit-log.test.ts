import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEvent } from "@tembo-io/sdk";
import { type AuditNames, auditLog } from "./audit-log.ts";

const ada = { kind: "user", userId: "u1", name: "Ada", credential: null, sessionId: null } as const;
const event = (
  action: AuditEvent["action"],
  name: string | null,
  rest: Partial<AuditEvent> = {},
): AuditEvent => ({
  id: "e1",
  createdAt: "2026-03-02T09:00:00.000Z",
  action,
  actor: ada,
  object: { kind: action.split(".")[0]!, id: null, name },
  address: null,
  details: {},
  ...rest,
});
const linked = (name: string | null) =>
  event("invitation.linked", name, {
    actor: { kind: "system", userId: null, name: null, credential: null, sessionId: null },
  });
const sentence = (one: AuditEvent, names?: AuditNames) =>
  [auditLog.actor(one), auditLog.did(one), auditLog.object(one, names)].filter(Boolean).join(" ");

test("names an invitation link's recipient, and describes the setup link for the first admin", () => {
  assert.equal(
    sentence(linked("grace@kettle.example")),
    "Tembo created an invitation link for grace@kettle.example",
  );
  assert.equal(sentence(linked(null)), "Tembo created the setup link for the first admin");
});

test("shows display names of models and provider keys, and keeps unknown IDs", () => {
  const names: AuditNames = {
    models: new Map([["claude-opus-4-5", "Claude Opus 4.5"]]),
    credentials: new Map([["anthropicApiKey", "Anthropic"]]),
  };
  const model = event("model.changed", "claude-opus-4-5");
  assert.equal(sentence(model, names), "Ada changed the model Claude Opus 4.5");
  assert.equal(sentence(model), "Ada changed the model claude-opus-4-5");
  const key = event("modelCredential.set", "anthropicApiKey");
  assert.equal(sentence(key, names), "Ada saved the provider key for Anthropic");
  assert.equal(
    sentence(event("modelCredential.deleted", "otherKey"), names),
    "Ada deleted the provider key for otherKey",
  );
  assert.equal(
    sentence(event("secret.created", "claude-opus-4-5"), names),
    "Ada created the secret claude-opus-4-5",
  );
});

test("distinguishes a sign-out from an ended sign-in of another user", () => {
  const ended = (userId: string) => event("signIn.ended", "Firefox", { details: { userId } });
  assert.equal(sentence(ended("u1")), "Ada signed out");
  assert.equal(sentence(ended("u2")), "Ada ended a user's sign-in");
});

test("describes a session whose title is hidden", () => {
  assert.equal(sentence(event("session.deleted", null)), "Ada deleted a session");
  assert.equal(sentence(event("session.deleted", "Fix it")), "Ada deleted the session Fix it");
});
