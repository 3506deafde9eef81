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

test("accepts long rows of a generated table, but no other long lines beside them", (t) => {
  const row = `| ${"x".repeat(121)} |`;
  const begin = "<!-- Generated from bench/results/ by `npm run generate`: results. -->";
  const end = "<!-- End of results. -->";
  const text = [begin, row, "y".repeat(121), end, row].join("\n");
  assert.deepEqual(findIn(t, { "docs/a.md": text }), [
    "docs/a.md:3: wrap at 120 columns",
    "docs/a.md:5: wrap at 120 columns",
  ]);
});

test("reports Markdown lines of more than 120 characters", (t) => {
  const text = `${"😀".repeat(120)}\n${"x".repeat(121)}\n`;
  assert.deepEqual(findIn(t, { "docs/a.md": text }), ["docs/a.md:2: wrap at 120 columns"]);
});

const phrases = [
  ...["nobody", "Whoever", "anew", "mend", "mends", "mended", "mending", "shall", "good for nothing"],
  ...["is", "are", "was", "were", "be", "been", "being", "is not"].map((verb) => `${verb} told`),
];
for (const phrase of phrases) {
  test(`reports "${phrase}" in text, even across a line break`, (t) => {
    const wrapped = phrase.replace(" ", "\n");
    const found = findIn(t, {
      "docs/a.md": `First line.\nHere ${wrapped} stands.\n`,
      "web/src/text/a.ts": `export const a = (n: number) => \`Here ${phrase} \${n} and ${phrase} \${n} or ${phrase}.\`;\n`,
      "server/src/a.ts": `throw new Error("Here ${phrase} stands.");\n`,
      "web/src/a.tsx": `export const A = () => <p>Here ${phrase} stands.</p>;\n`,
      "e2e/src/a.test.ts": [
        `test("here ${phrase} stands", { skip }, () => {`,
        `  run(); // Here ${wrapped.replace("\n", "\n  // ")} stands.`,
        `  /* Here ${phrase} stands. */`,
        "});",
        "/**",
        ` * Here ${wrapped.replace("\n", "\n * ")} stands.`,
        " */",
        `describe.skip(\`here ${phrase} \${n} stands\`, () => {});\n`,
      ].join("\n"),
    });
    const what = `replace "${phrase}"`;
    const shift = wrapped.split("\n").length - 1;
    const expected = [
      `docs/a.md:2: ${what}`,
      ...[1, 2, 3 + shift, 6 + shift, 8 + 2 * shift].map((line) => `e2e/src/a.test.ts:${line}: ${what}`),
      `server/src/a.ts:1: ${what}`,
      `web/src/a.tsx:1: ${what}`,
      ...Array.from({ length: 3 }, () => `web/src/text/a.ts:1: ${what}`),
    ];
    assert.deepEqual(found.toSorted(), expected.toSorted());
  });
}

for (const name of ["Github", "Gitlab", "Javascript", "Postgres", "NodeJS", "Opencode", "GVisor", "TEMBO"]) {
  test(`reports the product name ${name} in Markdown and in shipped strings`, (t) => {
    const found = findIn(t, {
      "docs/a.md": `With ${name}.\n`,
      "server/src/a.ts": `throw new Error("With ${name}.");\n`,
    });
    const what = `write the product's name in place of "${name}"`;
    assert.deepEqual(found.toSorted(), [`docs/a.md:1: ${what}`, `server/src/a.ts:1: ${what}`]);
  });
}

test("accepts correct product names, and names in commands, paths, addresses and settings", (t) => {
  const text =
    "GitHub, Node.js and gVisor: run tembo integration add github, see github.com/Github and docs/Postgres.md, or set TEMBO_PORT.";
  assert.deepEqual(findIn(t, { "docs/a.md": `- ${text.replace(", see", ",\n  see")}\n` }), []);
});

for (const word of ["Of", "What", "Whether", "Where", "Null", "One", "Those"]) {
  test(`reports a doc comment that begins with ${word}`, (t) => {
    const found = findIn(t, {
      "server/src/a.ts": `/** ${word} it. */\nexport const a = 1;\n\n/**\n *\n * ${word} it.\n */\nexport const b = 2;\n`,
      "web/src/b.tsx": `export interface B { /**${word.toLowerCase()} it. */ b: 1 }\n`,
    });
    const what = "begin the comment with a verb or a subject in place of";
    assert.deepEqual(found, [
      `server/src/a.ts:1: ${what} "${word}"`,
      `server/src/a.ts:4: ${what} "${word}"`,
      `web/src/b.tsx:1: ${what} "${word.toLowerCase()}"`,
    ]);
  });
}

/** Excluded texts by kind, each with the same words in a string that is checked and reported. */
const exemptions: Readonly<
  Record<string, readonly [out: Record<string, string>, within: Record<string, string>]>
> = {
  "code in a page": [
    { "a.md": "Use `mend` or `a\nmend` here.\n\n  ```sh\n  tembo mend\n  ```\n" },
    { "a.md": "A ` tick.\n\nNobody reads it.\n\nA `code`.\n" },
  ],
  "a column of replaced words": [
    { "a.md": "| before | after |\n|---|---|\n| mend it | fix it |\n" },
    { "a.md": "| before | after |\n|---|---|\n| fix it | mend it |\n" },
  ],
  "the license of recorded data": [
    { "server/fixtures/NOTICE.md": `${"x".repeat(200)}\n` },
    { "server/fixtures/README.md": `${"x".repeat(200)}\n` },
  ],
  "a value of one word": [
    { "server/src/a.ts": 'export const step = "mend";\n' },
    { "server/src/a.ts": 'export const step = "mend it";\n' },
  ],
  "a value with a part that is inserted": [
    { "server/src/a.ts": "export const step = (n: number) => `mend:$" + "{n}`;\n" },
    { "server/src/a.ts": "export const step = (n: number) => `mend:$" + "{n} times`;\n" },
  ],
  "one word before another part of the text": [
    { "server/src/a.ts": 'export const a = (n: number) => "nobody" + n;\n' },
    { "server/src/a.ts": 'export const a = (n: number) => "nobody " + n;\n' },
  ],
  "markup of a page": [
    { "web/src/a.tsx": 'export const A = () => <p title="nobody">Text</p>;\n' },
    { "web/src/a.tsx": "export const A = () => <p>Nobody</p>;\n" },
  ],
  "text in fixtures": [
    { "server/src/a-fixture.ts": 'export const a = "nobody reads it";\n' },
    { "server/src/a-fixtures.ts": 'export const a = "nobody reads it";\n' },
  ],
  "text of test doubles": [
    { "server/src/testing/a.ts": 'export const a = "nobody reads it";\n' },
    { "server/src/tested/a.ts": 'export const a = "nobody reads it";\n' },
  ],
  "names of code, and code in a comment": [
    { "server/src/a.ts": "export const mend = 1; // Not `nobody`.\n" },
    { "server/src/a.ts": "export const mend = 1; // Not nobody.\n" },
  ],
  "a phrase that code interrupts": [
    { "server/src/a.ts": "// Where it is\na(); // told by b()\n" },
    { "server/src/a.ts": "// Where it is\n// told by b()\n" },
  ],
  "text in tests, except their names": [
    { "server/src/a.test.ts": 'check("nobody reads it");\ntest("a", "nobody reads it");\n' },
    { "server/src/a.test.ts": 'test("nobody reads it", "a");\n' },
  ],
};
for (const [what, [out, within]] of Object.entries(exemptions)) {
  test(`accepts ${what}`, (t) => {
    assert.deepEqual(findIn(t, out), []);
    assert.equal(findIn(t, within).length, 1, "control");
  });
}

test("skips a deleted file that is still in the index, and reports a folder without text files", (t) => {
  const root = mkdtempSync(join(tmpdir(), "tembo-text-"));
  t.after(() => rmSync(root, { recursive: true }));
  const git = (...args: string[]) => assert.equal(spawnSync("git", args, { cwd: root }).status, 0);
  git("init", "--quiet");
  for (const name of ["gone.md", "größe.md"]) writeFileSync(join(root, name), "Nobody.\n");
  git("add", "--all");
  rmSync(join(root, "gone.md"));
  assert.deepEqual(findTextFaults(root), ['größe.md:1: replace "Nobody"']);
  rmSync(join(root, "größe.md"));
  assert.throws(() => findTextFaults(root), /Git lists no files/);
});
