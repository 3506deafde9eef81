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

test("accepts a folder of files that includes SKILL.md", () => {
  checkSkill(
    skill({ filename: "scripts/run.sh", content: "true" }, { filename: ".env.example", content: "" }),
  );
  assert.throws(
    () => checkSkill({ ...skill(), files: [{ filename: "skill.md", content: "" }] }),
    /requires a SKILL.md/,
  );
});

test("rejects a name that is not a plain folder name", () => {
  for (const name of ["", "..", ".hidden", "a/b", "a b", "-x", "x".repeat(65), "ä", "a\n"])
    assert.throws(() => checkSkill({ ...skill(), name }), { code: "invalid_input" }, name);
});

test("rejects file names that are not plain paths inside the folder", () => {
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

test("rejects duplicate file names, and a file name that is also used as a folder", () => {
  for (const filename of ["SKILL.md", "skill.MD", "SKILL.md/more"])
    assert.throws(() => checkSkill(skill({ filename, content: "" })), /twice|folder/, filename);
});

test("rejects files above the total size, and files with NUL characters", () => {
  assert.throws(
    () => checkSkill(skill({ filename: "a", content: "x".repeat(256 * 1024) })),
    /the limit is 262144/,
  );
  assert.throws(() => checkSkill(skill({ filename: "a", content: "a\0b" })), /NUL/);
  assert.throws(() => checkSkill({ ...skill(), description: "\0" }), /NUL/);
});

test("adds front matter to a SKILL.md that has none, and escapes the description", () => {
  const described = { name: "release", description: 'Say "go"\n---\nname: other' };
  const text = mainFileText(described, "Do so.");
  assert.equal(text, '---\nname: release\ndescription: "Say \\"go\\"\\n---\\nname: other"\n---\n\nDo so.');
  assert.equal(mainFileText(described, "---\nname: own\n---\n"), "---\nname: own\n---\n");
});

test("reads keywords from one line of the front matter", () => {
  assert.deepEqual(keywordsOf('---\nname: a\nkeywords: [one, "two words"]\n---\nkeywords: no'), [
    "one",
    "two words",
  ]);
  assert.deepEqual(keywordsOf("---\ntags: one, two\n---\n"), ["one", "two"]);
  for (const text of ["keywords: no", "---\nname: a\n---\nkeywords: no", ""])
    assert.deepEqual(keywordsOf(text), []);
});

test("reads a single-line or block description, and truncates it to the format's limit", () => {
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
