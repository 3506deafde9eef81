import assert from "node:assert/strict";
import { test } from "node:test";
import { isValidBranchName } from "../../forges/repository/branch-name.ts";
import { branchFor, directoriesFor, nameSession } from "./session-names.ts";

const id = "0199c0de-0000-7000-8000-00000000abcd";
const secrets = [{ key: "TOKEN", value: "sesame-open-42" }];

test("derives the title and the branch name from the first sentence", () => {
  assert.deepEqual(nameSession("Fix the login. Then rest.", id, secrets), {
    title: "Fix the login",
    branchName: "tembo/fix-the-login-0000abcd",
  });
});

test("masks a secret from the prompt in the title and the branch name", () => {
  const prompt = "Log in with sesame-open-42 now.";
  assert.deepEqual(nameSession(prompt, id, secrets), {
    title: "Log in with [secret TOKEN] now",
    branchName: "tembo/log-in-with-secret-token-now-0000abcd",
  });
  assert.match(nameSession(prompt, id, []).branchName, /sesame-open-42/, "control");
});

test("masks a secret before truncating the title", () => {
  const prompt = `${"word ".repeat(14)}sesame-open-42 and more`;
  assert.doesNotMatch(nameSession(prompt, id, secrets).title, /sesame/);
  assert.match(nameSession(prompt, id, []).title, /sesame-op…$/, "control");
});

test("names a branch after the title and the session", () => {
  assert.equal(branchFor("Fix the login!", id), "tembo/fix-the-login-0000abcd");
});

test("removes accents and falls back to a generic branch for a title without Latin letters", () => {
  assert.equal(branchFor("Überprüfe é", id), "tembo/uberprufe-e-0000abcd");
  assert.equal(branchFor("修复", id), "tembo/session-0000abcd");
});

test("derives a branch that git accepts from any title", () => {
  for (const title of [
    "..",
    "a..b",
    "-x",
    "x.lock",
    "@{",
    "a~b^c:d?e*f[g\\h",
    " ",
    "a".repeat(300),
    "\u0000",
  ]) {
    assert.ok(isValidBranchName(branchFor(title, id)), JSON.stringify(title));
  }
});

test("names the folder after the repository", () => {
  assert.deepEqual(directoriesFor([{ owner: "org", name: "app" }]), ["app"]);
});

test("distinguishes equal names by owner and then by number, ignoring letter case", () => {
  assert.deepEqual(
    directoriesFor([
      { owner: "one", name: "app" },
      { owner: "two", name: "App" },
      { owner: "two", name: "app" },
      { owner: "two", name: "app" },
    ]),
    ["app", "App-two", "app-2", "app-3"],
  );
});
