import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { readCounts } from "./counts.ts";

const root = join(import.meta.dirname, "..");
const packageJson = (fields: object) => `${JSON.stringify(fields, null, 2)}\n`;
const sound = {
  "package.json": packageJson({
    name: "tree",
    type: "module",
    scripts: { generate: "cp docs/reference/source.md docs/reference/api.md" },
  }),
  "contract/src/index.ts": "export const limit = 1;\n",
  "server/package.json": packageJson({ exports: { ".": "./src/main.ts" } }),
  "knip.json": '{ "entry": ["contract/src/index.ts"], "project": ["contract/src/**/*.ts"] }\n',
  "web/tsconfig.json": '{ "extends": "../tsconfig.json", "include": ["src"] }\n',
  "web/src/page.ts": 'export const title = "Page";\n',
  "site/tsconfig.json": '{ "extends": "../tsconfig.json", "include": ["src"] }\n',
  "site/src/build.ts": "export const isBuilt = true;\n",
  "docs/reference/source.md": "the reference\n",
  "docs/reference/api.md": "the reference\n",
};

const copied = [
  ".dependency-cruiser.mjs",
  ".gitignore",
  "biome.json",
  "cspell.json",
  "scripts/spelling/test-words.txt",
  "scripts/spelling/words.txt",
  "tsconfig.json",
];

/** Runs this repository's checks on a small repository that contains these faults. */
function check(context: TestContext, faults: Readonly<Record<string, string>>) {
  const tree = mkdtempSync(join(tmpdir(), "tembo-static-"));
  context.after(() => rmSync(tree, { recursive: true }));
  for (const [path, text] of Object.entries({ ...sound, ...faults })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  mkdirSync(join(tree, "scripts/spelling"), { recursive: true });
  for (const path of copied) {
    copyFileSync(join(root, path), join(tree, path));
  }
  mkdirSync(join(tree, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types", "@biomejs"]) {
    symlinkSync(join(root, "node_modules", name), join(tree, "node_modules", name));
  }
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
  ]) {
    assert.equal(spawnSync("git", args, { cwd: tree }).status, 0);
  }
  const results = join(tree, "results");
  const run = spawnSync(process.execPath, [join(import.meta.dirname, "check-static.ts"), "--root", tree], {
    encoding: "utf8",
    env: { ...process.env, TEMBO_RESULTS_DIR: results },
    timeout: 120_000,
  });
  const verdicts = [...run.stdout.matchAll(/^(pass|FAIL) {2}(.*) \(/gm)].map(
    (line) => `${line[1]} ${line[2]}`,
  );
  return { ...run, verdicts, counts: readCounts(join(results, "check-static.json")) };
}

const names = [
  "format and lint",
  "types",
  "types of the pages",
  "layering",
  "text",
  "spelling",
  "unused code",
  "generated files",
];

test("passes every check on a valid tree", (context) => {
  const run = check(context, {});
  assert.deepEqual(
    run.verdicts,
    names.map((name) => `pass ${name}`),
    run.stdout,
  );
  assert.deepEqual(run.counts, { passed: 8, failed: 0, skipped: 0, todo: 0 });
  assert.match(run.stdout, /\n8 passed, 0 failed\n$/);
  assert.equal(run.status, 0);
});

/** Faults by the check that must report them. Each tree has faults for half of the checks, because a run takes many seconds. */
const trees = [
  {
    "format and lint": { "contract/src/index.ts": "export const limit  =  1\n" },
    "types of the pages": { "web/src/page.ts": 'export const title: number = "Page";\n' },
    text: { "docs/page.md": "Nobody reads it.\n" },
    // The word is split, so that this file passes the check.
    spelling: { "docs/word.md": `A ${"wo"}ord.\n` },
    "unused code": { "contract/src/lonely.ts": "export const lonely = 1;\n" },
  },
  {
    "types of the pages": { "site/src/build.ts": "export const isBuilt: number = true;\n" },
    // These two files import each other.
    layering: {
      "contract/src/b.ts": `import type { A } from "./index.ts";\n\nexport type B = { a?: A; ${"col"}our?: 1 };\n`,
    },
    types: {
      "contract/src/index.ts":
        'import type { B } from "./b.ts";\n\nexport type A = { b?: B };\nexport const limit: number = "1";\n',
    },
    // The misspelled word is in the code above.
    spelling: {},
    "generated files": { "docs/reference/source.md": "a newer reference\n" },
  },
] as const;

for (const tree of trees) {
  const faulty = Object.keys(tree);
  test(`each fault fails its own check, and the others pass: ${faulty.join(", ")}`, (context) => {
    const run = check(context, Object.assign({}, ...Object.values(tree)));
    assert.deepEqual(
      run.verdicts,
      names.map((name) => `${faulty.includes(name) ? "FAIL" : "pass"} ${name}`),
      run.stdout,
    );
    const failed = faulty.length;
    assert.deepEqual(run.counts, { passed: names.length - failed, failed, skipped: 0, todo: 0 });
    assert.equal(run.status, 1);
  });
}
