import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { isValidBranchName } from "./branch-name.ts";

const names = [
  ..."main|master|dev|tembo/fix-login-1a2b|cooper-is-awesome|feature/a/b/c|release-1.2.3|v1.0|a|A|0|_|#1|a#b|a,b|a;b|a&b|a|a$b".split(
    "|",
  ),
  ..."a!b|a%b|a(b)|a'b|a\"b|a+b|a=b|a<b|a>b|a`b|a{b}|a}b|@a|a@b|a@|a@/b|head|HEAD/x|x/HEAD|refs/heads/x|a.b|a-|a-.b".split(
    "|",
  ),
  ..."a.lockx|lock|a/lock|a.Lock|é|日本語|🐘/work|a\u00a0b|a\u2028b|a\u0080b".split("|"),
  ..."HEAD|@|-|-a|--|.|..|.a|a.|a/.b|a..b|a/..|a/../b|/|/a|a/|a//b|a.lock|a.lock/b|a/b.lock|.lock|a/.|@{|a@{b|@{-1}|@{u}|a@{u}".split(
    "|",
  ),
  ..."a b| a|a |a~b|a^b|a:b|a?b|a*b|a[b|a\\b|~|^|:|?|*|[|\\|a\tb|a\nb|a\rb|a\u0001b|a\u001fb|a\u007fb|a/-b|a.|a/b.|a..".split(
    "|",
  ),
  "",
];

test("accepts and rejects the same sample branch names as git check-ref-format", () => {
  assert.ok(names.length > 100);
  for (const name of names) {
    const git = spawnSync("git", ["check-ref-format", "--branch", name], {
      cwd: "/",
      env: { PATH: process.env.PATH },
    });
    assert.equal(isValidBranchName(name), git.status === 0, JSON.stringify(name));
  }
});

test("rejects names with invalid characters or beyond the length limits", () => {
  assert.equal(isValidBranchName("a\0b"), false);
  assert.equal(isValidBranchName("a\ud800b"), false);
  assert.equal(isValidBranchName("a".repeat(251)), false);
  assert.equal(isValidBranchName("é".repeat(126)), false);
  assert.equal(isValidBranchName("a".repeat(250)), true);
  assert.equal(isValidBranchName(Array(501).fill("a").join("/")), false);
});
