import assert from "node:assert/strict";
import { test } from "node:test";
import { nameSession } from "./name-session.ts";

const id = "0199c0de-0000-7000-8000-00000000abcd";
const secrets = [{ key: "TOKEN", value: "sesame-open-42" }];

test("title and branch come from the first sentence", () => {
  assert.deepEqual(nameSession("Fix the login. Then rest.", id, secrets), {
    title: "Fix the login",
    branchName: "tembo/fix-the-login-0000abcd",
  });
});

test("a secret in the prompt is in neither", () => {
  const prompt = "Log in with sesame-open-42 now.";
  assert.deepEqual(nameSession(prompt, id, secrets), {
    title: "Log in with [secret TOKEN] now",
    branchName: "tembo/log-in-with-secret-token-now-0000abcd",
  });
  assert.match(nameSession(prompt, id, []).branchName, /sesame-open-42/, "control");
});

test("a secret is masked before the title is cut", () => {
  const prompt = `${"word ".repeat(14)}sesame-open-42 and more`;
  assert.doesNotMatch(nameSession(prompt, id, secrets).title, /sesame/);
  assert.match(nameSession(prompt, id, []).title, /sesame-op…$/, "control");
});
