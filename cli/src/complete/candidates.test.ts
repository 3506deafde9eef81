import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../program.ts";
import { testWorld } from "../testing/test-world.ts";
import { candidatesOf } from "./candidates.ts";
import { sources } from "./sources.ts";

const { program } = buildProgram(testWorld());

/** Returns the values that are known without a request, or the kind of values that the server must provide. */
function found(...words: string[]): string[] | string {
  const candidates = candidatesOf(program, words);
  if (candidates.kind === "files") return "files";
  if (candidates.kind === "asked") return `${candidates.prefix}<${candidates.of}>`;
  return candidates.items.map(({ value }) => value).filter((value) => value.startsWith(words.at(-1) ?? ""));
}

test("completes the program's commands and subcommands, except hidden ones", () => {
  assert.deepEqual(found("sess"), ["session"]);
  assert.ok(found("").includes("completion"));
  assert.ok(!found("").includes("complete"));
  assert.deepEqual(found("session", "wa"), ["watch"]);
  assert.deepEqual(found("--profile", "x", "session", "wa"), ["watch"]);
});

test("completes command options and global options, and the choices of an option", () => {
  assert.deepEqual(found("session", "watch", "--f"), ["--follow"]);
  assert.deepEqual(found("session", "watch", "--pro"), ["--profile"]);
  assert.deepEqual(found("session", "create", "--size", "m"), ["micro", "medium"]);
  assert.deepEqual(found("session", "create", "--size=m"), ["--size=micro", "--size=medium"]);
  assert.deepEqual(found("session", "watch", "--follow="), []);
  assert.deepEqual(found("egress", "set", "o"), ["open"]);
  assert.deepEqual(found("completion", "z"), ["zsh"]);
});

test("maps the placeholder of an argument or option to the kind of ID to request from the server", () => {
  assert.equal(found("session", "watch", ""), "<session>");
  assert.equal(found("session", "watch", "--follow", ""), "<session>");
  assert.equal(found("session", "create", "--repo", ""), "<repository>");
  assert.equal(found("session", "create", "--repo=a"), "--repo=<repository>");
  assert.equal(found("session", "create", "--agent", ""), "<harness:model>");
  assert.equal(found("session", "permit", "s1", ""), "<permission>");
  assert.deepEqual(found("session", "permit", "s1", "p1", "a"), ["allow"]);
  assert.equal(found("key", "revoke", ""), "<key>");
});

test("requests no API keys for the name of an environment variable", () => {
  for (const command of ["set", "unset"])
    assert.equal(found("project", "variable", command, "web", ""), "<variable>");
  assert.equal(found("mcp", "set", "docs", "--remove-env", ""), "<variable>");
  assert.ok("key" in sources && !("variable" in sources));
});

test("leaves file names to the shell, and completes nothing after the last argument", () => {
  assert.equal(found("session", "create", "--attach", ""), "files");
  assert.equal(found("skill", "add", ""), "files");
  assert.deepEqual(found("session", "watch", "s1", ""), []);
  assert.deepEqual(found("session", "watch", "--", "--fo", ""), []);
});

test("passes options from the command line to the request for candidates", () => {
  const candidates = candidatesOf(program, ["--url", "http://x", "session", "watch", "--api-key=k", ""]);
  assert.ok(candidates.kind === "asked");
  assert.deepEqual(candidates.place.given, { url: "http://x", apiKey: "k" });
});
