import assert from "node:assert/strict";
import { test } from "node:test";
import { notificationKind } from "@tembo/contract";
import { composeMail, composePush } from "./compose-notification.ts";

const session = { id: "018f0000-0000-7000-8000-000000000000", title: "Fix the login" };
const url = "https://tembo.example.com";

test("names the reason and the session, and links to the session and the settings", () => {
  const { subject, text } = composeMail("question", session, url);
  assert.equal(subject, "Question: Fix the login");
  assert.match(text, /^Fix the login\n\nThe agent asked a question/);
  assert.ok(text.includes(`\n${url}/sessions/${session.id}\n`));
  assert.ok(text.includes(`\n${url}/settings/notifications\n`));
  assert.deepEqual(composePush("end", session), {
    title: "Finished",
    body: "Fix the login",
    path: `/sessions/${session.id}`,
    tag: `${session.id}:end`,
  });
});

test("has a different label for every kind", () => {
  const labels = notificationKind.options.map((kind) => composePush(kind, session).title);
  assert.equal(new Set(labels).size, labels.length);
});

test("writes a title on one line and shortens it", () => {
  const title = `a\r\nBcc: eve@example.com\u0000${"x".repeat(500)}`;
  const { subject } = composeMail("plan", { ...session, title }, url);
  assert.match(subject, /^Plan to review: a Bcc: eve@example\.com x+…$/);
  assert.ok(subject.length < 150);
});
