import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRecord, maxNotificationAttempts } from "./attempt-notification.ts";
import { decideNotifications, decideSending } from "./decide-notifications.ts";
import type { Participant } from "./notification-store.ts";
import { completePreferences, defaultPreferences, emailProblemOf } from "./preferences.ts";

const now = new Date("2026-01-02T23:00:00.000Z");
const person = (change: Partial<Participant> = {}): Participant => ({
  userId: "u1",
  email: "ada@example.com",
  isEmailVerified: true,
  preferences: null,
  subscriptionIds: [],
  ...change,
});
const email = { userId: "u1", channel: "email", targetId: "u1", notBefore: now };
const decide = (kind: "question" | "end", people: Participant[], hasMailServer = true) =>
  decideNotifications(kind, people, { hasMailServer, now });

test("sends email for a session that needs a person, but not for its end, by default", () => {
  assert.deepEqual(decide("question", [person()]), [email]);
  assert.deepEqual(decide("end", [person()]), []);
  assert.deepEqual(decide("end", [person({ preferences: { email: { end: true } } })]), [email]);
  assert.deepEqual(decide("question", [person({ preferences: { email: { question: false } } })]), []);
});

test("sends no email without a mail server, an address or its confirmation", () => {
  assert.deepEqual(decide("question", [person()], false), []);
  assert.deepEqual(decide("question", [person({ email: null })]), []);
  assert.deepEqual(decide("question", [person({ isEmailVerified: false })]), []);
});

test("notifies every browser of every person", () => {
  const people = [
    person({ subscriptionIds: ["p1", "p2"] }),
    person({ userId: "u2", subscriptionIds: ["p3"] }),
  ];
  const targets = decide("end", people).map(({ userId, channel, targetId }) => [userId, channel, targetId]);
  assert.deepEqual(targets, [
    ["u1", "push", "p1"],
    ["u1", "push", "p2"],
    ["u2", "push", "p3"],
  ]);
});

test("postpones a notification to the end of quiet hours", () => {
  const quietHours = { from: "22:00", to: "07:00", timeZone: "UTC" };
  const at = new Date("2026-01-03T07:00:00.000Z");
  assert.deepEqual(decide("question", [person({ preferences: { quietHours } })]), [
    { ...email, notBefore: at },
  ]);
  const of = { channel: "push", kind: "plan" } as const;
  const preferences = { ...defaultPreferences, quietHours };
  assert.deepEqual(decideSending(of, preferences, now), { kind: "later", at });
  assert.deepEqual(decideSending(of, preferences, at), { kind: "send" });
  const off = { ...preferences, push: { ...preferences.push, plan: false } };
  assert.deepEqual(decideSending(of, off, now), { kind: "off" });
});

test("completes stored preferences with the defaults", () => {
  assert.deepEqual(completePreferences(null), defaultPreferences);
  const stored = { push: { end: false }, quietHours: { from: "22:00", to: "07:00", timeZone: "UTC" } };
  assert.deepEqual(completePreferences(stored), {
    email: defaultPreferences.email,
    push: { ...defaultPreferences.push, end: false },
    quietHours: stored.quietHours,
  });
});

test("explains why no email can be sent to a person", () => {
  assert.match(emailProblemOf({ email: null, isEmailVerified: false })!, /has no email address/);
  assert.match(emailProblemOf({ email: "a@example.com", isEmailVerified: false })!, /not confirmed/);
  assert.equal(emailProblemOf({ email: "a@example.com", isEmailVerified: true }), null);
});

const failure = { kind: "failed", error: "No response.", mayPass: true, askedMs: null } as const;
const at = (number: number) => ({ number, random: 0, now });

test("retries a failure that may pass with increasing delays, and then gives up", () => {
  const waits = Array.from({ length: maxNotificationAttempts - 1 }, (_, index) => {
    const decision = decideRecord(failure, at(index + 1));
    assert.equal(decision.kind, "retry");
    return decision.kind === "retry" ? decision.at.getTime() - now.getTime() : 0;
  });
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  );
  assert.ok(waits.reduce((sum, ms) => sum + ms, 0) < 2 * 3_600_000);
  const last = decideRecord(failure, at(maxNotificationAttempts));
  assert.equal(last.kind, "failed");
  assert.match(last.outcome!, /All 7 attempts failed. Last error: No response\./);
});

test("does not retry a failure that cannot pass, and honors the delay that the recipient requests", () => {
  assert.deepEqual(decideRecord({ ...failure, mayPass: false }, at(1)), {
    kind: "failed",
    outcome: "No response.",
  });
  const asked = decideRecord({ ...failure, askedMs: 600_000 }, at(1));
  assert.deepEqual(asked.kind === "retry" && asked.at, new Date(now.getTime() + 600_000));
});

test("records a sent, skipped or postponed notification", () => {
  assert.deepEqual(decideRecord({ kind: "sent" }, at(1)), { kind: "sent", outcome: "Sent." });
  assert.deepEqual(decideRecord({ kind: "skipped", why: "Off." }, at(1)), {
    kind: "skipped",
    outcome: "Off.",
  });
  const later = { kind: "later", at: "2026-01-03T07:00:00.000Z" } as const;
  assert.deepEqual(decideRecord(later, at(1)), { kind: "retry", at: new Date(later.at), outcome: null });
  assert.equal(decideRecord(later, at(maxNotificationAttempts)).kind, "failed");
});
