import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { findTextFaults } from "./text-rules.ts";

function findIn(t: TestContext, files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "tembo-text-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  assert.equal(spawnSync("git", ["init", "--quiet"], { cwd: root }).status, 0);
  return findTextFaults(root);
}

test("finds no text in this repository that breaks a rule", () => {
  assert.deepEqual(findTextFaults(join(import.meta.dirname, "..")), []);
});

test("finds long lines of Markdown, counted in characters", (t) => {
  const text = `${"—".repeat(120)}\n${"x".repeat(121)}\n`;
  assert.deepEqual(findIn(t, { "docs/a.md": text }), ["docs/a.md:2: wrap at 120 columns"]);
});

for (const phrase of [
  "nobody",
  "Whoever",
  "anew",
  "mend",
  "mending",
  "shall",
  "is told",
  "are told",
  "good for nothing",
]) {
  test(`finds "${phrase}" in Markdown and in the dashboard's text`, (t) => {
    const found = findIn(t, {
      "docs/a.md": `First line.\nHere ${phrase} stands.\n`,
      "web/src/text/a.ts": `export const a = { b: "Here ${phrase} stands.", c: (n: number) => \`\${n} ${phrase} more\` };\n`,
    });
    assert.deepEqual(found, [
      `docs/a.md:2: replace "${phrase}"`,
      `web/src/text/a.ts:1: replace "${phrase}"`,
      `web/src/text/a.ts:1: replace "${phrase}"`,
    ]);
  });
}

for (const word of ["Of", "What", "Whether", "Where", "Null", "One", "Those"]) {
  test(`finds a doc comment that begins with ${word}`, (t) => {
    const found = findIn(t, {
      "server/src/a.ts": `/** ${word} it. */\nexport const a = 1;\n\n/**\n * ${word} it.\n */\nexport const b = 2;\n`,
    });
    const what = `begin the comment with a verb or a subject in place of "${word}"`;
    assert.deepEqual(found, [`server/src/a.ts:1: ${what}`, `server/src/a.ts:4: ${what}`]);
  });
}

test("accepts quotations, identifiers and the text of licenses", (t) => {
  const found = findIn(t, {
    "docs/a.md": "Use `mend` here.\n\n```sh\ntembo mend --nobody\n```\n",
    "STYLE.md": "| a | mend it | fix it |\n",
    "server/fixtures/NOTICE.md": `${"x".repeat(200)}\n`,
    "web/src/text/a.ts": "export const mend = 1; // nobody\n",
    "server/src/a.ts": "/** Offers one. */\nexport const Of = 1;\n",
  });
  assert.deepEqual(found, []);
});
