import assert from "node:assert/strict";
import { test } from "node:test";
import { composeBody } from "./compose-body.ts";

const input = {
  template: null,
  request: "Fix the login. Fixes #12, says @ada",
  account: {
    answer: "I fixed it.",
    checks: [
      { command: "npm test", exitCode: 0 },
      { command: "npm run lint", exitCode: 2 },
    ],
  },
  sessionUrl: "https://tembo.example/sessions/1",
  login: null,
  source: null,
  isOwnIssue: false,
};

test("describes what changed, why and how it was checked, and links the session", () => {
  const body = composeBody(input);
  assert.ok(body.includes("## What\n\nI fixed it."), body);
  assert.ok(
    body.includes("- `npm test`: succeeded (exit code 0)\n- `npm run lint`: failed (exit code 2)"),
    body,
  );
  assert.ok(body.endsWith("---\n[Tembo session](https://tembo.example/sessions/1)."), body);
});

test("neutralizes issue references and mentions in the request", () => {
  const body = composeBody(input);
  assert.ok(body.includes("> Fix the login."), body);
  assert.doesNotMatch(body, /#12|@ada/);
});

test("closes the source issue by number in its own repository, and by URL elsewhere", () => {
  const source = {
    kind: "issue",
    repositoryId: "r",
    number: 5,
    url: "https://forge.example/acme/app/issues/5",
    title: "It breaks",
  } as const;
  assert.match(composeBody({ ...input, source, isOwnIssue: true }), /^Fixes #5$/m);
  assert.match(composeBody({ ...input, source }), /^Fixes https:\/\/forge\.example\/acme\/app\/issues\/5$/m);
  assert.doesNotMatch(composeBody({ ...input, source: { ...source, kind: "pullRequest" } }), /^Fixes/m);
});

test("states that nothing was checked, and mentions the requester if a login is given", () => {
  const body = composeBody({ ...input, account: { answer: "Done.", checks: [] }, login: "ada" });
  assert.match(body, /No checks with a conclusive exit code were run/);
  assert.match(body, /Requested by @ada\.$/);
});

test("truncates long texts", () => {
  const body = composeBody({
    ...input,
    request: "x".repeat(100_000),
    account: { answer: "y".repeat(100_000), checks: [] },
  });
  assert.ok(body.length < 13_000, String(body.length));
});
