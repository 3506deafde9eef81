import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSkill } from "./check-skill.ts";
import { descriptionOf, keywordsOf, mainFileText } from "./main-file-text.ts";

const main = { filename: "SKILL.md", content: "So." };
const skill = (...files: { filename: string; content: string }[]) => ({
  name: "release",
  description: "How we release.",
  files: [main, ...files],
});

test("a skill is a plain folder of files with SKILL.md among them", () => {
  checkSkill(
    skill({ filename: "scripts/run.sh", content: "true" }, { filename: ".env.example", content: "" }),
  );
  assert.throws(
    () => checkSkill({ ...skill(), files: [{ filename: "skill.md", content: "" }] }),
    /needs a file SKILL.md/,
  );
});

test("a name that is no folder of its own is refused", () => {
  for (const name of ["", "..", ".hidden", "a/b", "a b", "-x", "x".repeat(65), "ä", "a\n"])
    assert.throws(() => checkSkill({ ...skill(), name }), { code: "invalid_input" }, name);
});

test("no file lies outside of the folder", () => {
  for (const filename of [
    "/etc/x",
    "../x",
    "a/../../x",
    "a//b",
    "a/",
    ".",
    "a\\b",
    "a\0",
    "a\nb",
    "1/2/3/4/5/6/7/8/9",
  ])
    assert.throws(() => checkSkill(skill({ filename, content: "" })), { code: "invalid_input" }, filename);
});

test("a file is there once, and is no folder", () => {
  for (const filename of ["SKILL.md", "skill.MD", "SKILL.md/more"])
    assert.throws(() => checkSkill(skill({ filename, content: "" })), /twice|folder/, filename);
});

test("files have a size together, and no NUL", () => {
  assert.throws(
    () => checkSkill(skill({ filename: "a", content: "x".repeat(256 * 1024) })),
    /may have 262144/,
  );
  assert.throws(() => checkSkill(skill({ filename: "a", content: "a\0b" })), /NUL/);
  assert.throws(() => checkSkill({ ...skill(), description: "\0" }), /NUL/);
});

test("a SKILL.md without a top gets one, whose text cannot end it", () => {
  const described = { name: "release", description: 'Say "go"\n---\nname: other' };
  const text = mainFileText(described, "Do so.");
  assert.equal(text, '---\nname: release\ndescription: "Say \\"go\\"\\n---\\nname: other"\n---\n\nDo so.');
  assert.equal(mainFileText(described, "---\nname: own\n---\n"), "---\nname: own\n---\n");
});

test("keywords stand on one line of the top", () => {
  assert.deepEqual(keywordsOf('---\nname: a\nkeywords: [one, "two words"]\n---\nkeywords: no'), [
    "one",
    "two words",
  ]);
  assert.deepEqual(keywordsOf("---\ntags: one, two\n---\n"), ["one", "two"]);
  for (const text of ["keywords: no", "---\nname: a\n---\nkeywords: no", ""])
    assert.deepEqual(keywordsOf(text), []);
});

test("a description stands on its line or as a block below, and is no longer than the format lets it be", () => {
  const top = (lines: string) => `---\nname: a\n${lines}\nkeywords: b\n---\ndescription: no`;
  for (const [lines, description] of [
    ["description: How it is done.", "How it is done."],
    ['description: "How: it is done."', "How: it is done."],
    ["description: >-\n  How it\n  is done.\n", "How it is done."],
    ["description: |\r\n  How it\r\n\r\n  is done.", "How it is done."],
    ["description: How it\n  is done.", "How it is done."],
    ["description:", ""],
    ["other: x", ""],
    [`description: ${"x".repeat(1_025)}`, "x".repeat(1_024)],
  ] as const)
    assert.equal(descriptionOf(top(lines)), description, lines);
  assert.equal(descriptionOf("description: no top"), "");
});
