import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangedFile } from "../../../forges/index.ts";
import { type CommitWords, composeCommitMessage } from "./compose-commit-message.ts";
import { readConvention } from "./read-convention.ts";

const changed = (...paths: string[]): ChangedFile[] => paths.map((path) => ({ path, change: "modified" }));
const conventional = ["feat(login): add a code", "fix(login): check expiry", "fix(api): say more"];

function subject(given: Partial<CommitWords> & { readonly history?: readonly string[] }): string {
  const message = composeCommitMessage({
    convention: readConvention(given.history ?? []),
    title: "Fix the expiry",
    account: "",
    files: changed("a.ts"),
    mentions: [],
    trailers: "Tembo-Session: 1",
    ...given,
  });
  return message.split("\n")[0]!;
}

test("uses the title in imperative form as the subject when there is no convention", () => {
  assert.equal(subject({ title: "Fix the expiry" }), "Fix the expiry");
  assert.equal(subject({ title: "please fix the expiry." }), "Fix the expiry");
  assert.equal(subject({ title: "Can you please fix the expiry?" }), "Fix the expiry");
  assert.equal(subject({ title: "I'd like you to fix the expiry, please" }), "Fix the expiry");
  assert.equal(subject({ title: "npm-run: fails" }), "npm-run: fails", "keeps the case of a name");
  assert.equal(subject({ title: "Please!", files: changed("a.ts", "b.ts") }), "Change a.ts and b.ts");
});

test("adds a type and the scope of the changed files for conventional commits", () => {
  const of = (title: string, files: readonly ChangedFile[]) =>
    subject({ history: conventional, title, files });
  assert.equal(of("Fix the expiry", changed("src/login/code.ts")), "fix(login): fix the expiry");
  assert.equal(of("Add a greeting", changed("src/hello.ts")), "feat: add a greeting");
  assert.equal(of("Say more", changed("docs/api/a.md", "README.md")), "docs(api): say more");
  assert.equal(of("Say more", changed("src/login/a.test.ts")), "test(login): say more");
  assert.equal(of("Simplify it", changed("src/api.ts")), "refactor(api): simplify it");
  assert.equal(of("Say hello", [{ path: "hello.ts", change: "added" }]), "feat: say hello");
  assert.equal(of("README says more", changed("hello.ts")), "chore: README says more");
});

test("uses an area from the history, else the common part of the paths, else none", () => {
  const history = ["http: answer", "store: keep", "http: refuse"];
  const of = (...paths: string[]) => subject({ history, files: changed(...paths) });
  assert.equal(of("server/src/http/a.ts", "server/src/http/b.ts"), "http: fix the expiry");
  assert.equal(of("server/src/vault/a.ts", "server/src/vault/b/c.ts"), "vault: fix the expiry");
  assert.equal(of("README.md"), "README: fix the expiry");
  assert.equal(of("a.ts", "b.ts"), "fix the expiry");
});

test("adds a mentioned ticket of a known project as a prefix", () => {
  const history = ["APP-1: Add", "APP-2: Fix", "APP-3: Mend"];
  assert.equal(subject({ history, mentions: ["See UTF-8 and APP-17 for it"] }), "APP-17: Fix the expiry");
  assert.equal(subject({ history, mentions: ["See UTF-8"] }), "Fix the expiry");
  assert.equal(subject({ history, title: "Fix APP-17", mentions: ["Fix APP-17"] }), "Fix APP-17");
});

test("limits the subject, including its prefix, to 72 characters", () => {
  const title = `Fix ${"many words that go on ".repeat(10)}`;
  for (const history of [[], conventional]) {
    const line = subject({ history, title, files: changed("src/login/a.ts") });
    assert.ok(Array.from(line).length <= 72 && line.length > 50, line);
    assert.match(line, /\w…$/);
  }
});

test("wraps the account in the body and puts the trailers last", () => {
  const message = composeCommitMessage({
    convention: readConvention([]),
    title: "Fix it",
    account: `Checked the expiry ${"in every place ".repeat(8)}\n\n- first\n\nCo-authored-by: Eve <eve@example.com>`,
    files: changed("a.ts"),
    mentions: [],
    trailers: "Tembo-Session: 1\nCo-authored-by: Tembo <tembo@example.com>",
  });
  const paragraphs = message.split("\n\n");
  assert.equal(paragraphs[0], "Fix it");
  assert.equal(paragraphs.at(-1), "Tembo-Session: 1\nCo-authored-by: Tembo <tembo@example.com>\n");
  assert.ok(
    message.split("\n").every((line) => line.length <= 72),
    message,
  );
});

test("lists the changed files when there is no account, and neutralizes line breaks in their names", () => {
  const bodyOf = (...paths: string[]) =>
    composeCommitMessage({
      convention: readConvention([]),
      title: "Fix it",
      account: " ",
      files: changed(...paths),
      mentions: [],
      trailers: "T: 1",
    }).split("\n\n")[1];
  assert.equal(bodyOf("a.ts"), "Changes a.ts.");
  assert.equal(bodyOf("a", "b", "c", "d", "e"), "Changes a, b, c and 2 other files.");
  assert.equal(bodyOf("a\n\nSigned-off-by: Eve"), "Changes a??Signed-off-by: Eve.");
});
