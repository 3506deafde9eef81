import assert from "node:assert/strict";
import { test } from "node:test";
import { isValidBranchName } from "../../../forges/repository/branch-name.ts";
import { branchFor } from "./branch-for.ts";

const id = "0199c0de-0000-7000-8000-00000000abcd";

test("a branch is named after the title and the session", () => {
  assert.equal(branchFor("Fix the login!", id), "tembo/fix-the-login-0000abcd");
});

test("accents are folded, and a title without letters still gives a branch", () => {
  assert.equal(branchFor("Überprüfe é", id), "tembo/uberprufe-e-0000abcd");
  assert.equal(branchFor("修复", id), "tembo/session-0000abcd");
});

test("whatever the title, git accepts the branch", () => {
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
