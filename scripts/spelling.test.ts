import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";

const root = join(import.meta.dirname, "..");
const settings = ["cspell.json", "scripts/spelling/test-words.txt", "scripts/spelling/words.txt"];

// In pieces, so that this file passes the check.
const misspelled = `wo${"ord"}`;

/** Runs the spelling check of this repository on these files. Returns `path: word` for each reported word, sorted. */
function reportedWords(context: TestContext, files: Readonly<Record<string, string>>): readonly string[] {
  const tree = mkdtempSync(join(tmpdir(), "tembo-spelling-"));
  context.after(() => rmSync(tree, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  mkdirSync(join(tree, "scripts/spelling"), { recursive: true });
  for (const path of settings) copyFileSync(join(root, path), join(tree, path));
  const run = spawnSync(
    process.execPath,
    [join(root, "node_modules/.bin/cspell"), "lint", "--no-progress", "--no-summary"],
    { cwd: tree, encoding: "utf8", timeout: 120_000 },
  );
  assert.equal(run.stderr, "");
  return [...run.stdout.matchAll(/^(\S+?):\d+:\d+ - \w+ word \((.+?)\)/gm)]
    .map(([, path, word]) => `${path}: ${word}`)
    .toSorted();
}

test("reports a misspelled word in every kind of file, including hidden ones", (context) => {
  const paths = [
    ".ci/run",
    ".devcontainer/devcontainer.json",
    ".editorconfig",
    ".github/workflows/ci.yml",
    ".other/notes.md",
    "AGENTS.md",
    "Containerfile",
    "cli/completion.sh",
    "e2e/fixtures/README.md",
    "package.json",
    "server/src/a.pl",
    "server/src/a.sql",
    "server/src/a.test.ts",
    "server/src/a.ts",
    "server/src/agent.cjs",
    "web/.hidden",
    "web/src/a.css",
    "web/src/a.tsx",
  ];
  const files = Object.fromEntries(paths.map((path) => [path, `${misspelled}\n`]));
  assert.deepEqual(
    reportedWords(context, files),
    paths.map((path) => `${path}: ${misspelled}`),
  );
});

test("ignores only recordings, vendors' notices, measurements and the lock file", (context) => {
  const paths = [
    "bench/results/create.json",
    "docs/screenshots/page.svg",
    "package-lock.json",
    "server/src/forge/fixtures/event.json",
    "server/src/forge/fixtures/NOTICE",
    "server/src/forge/fixtures/stream.ndjson",
  ];
  const files = Object.fromEntries(paths.map((path) => [path, `${misspelled}\n`]));
  assert.deepEqual(reportedWords(context, { ...files, "server/src/forge/event.json": `${misspelled}\n` }), [
    `server/src/forge/event.json: ${misspelled}`,
  ]);
});

test("reports British spelling", (context) => {
  // Not read from the settings, so that the test notices a flagged word that was dropped.
  // cspell:disable
  const british = [
    ...[
      "analyse",
      "artefact",
      "behaviour",
      "catalogue",
      "centre",
      "colour",
      "defence",
      "enrol",
      "favours",
      "fibre",
    ],
    ...["fulfil", "grey", "honoured", "initialise", "judgement", "labelled", "learnt", "licence", "metres"],
    ...[
      "modelling",
      "neighbour",
      "normalise",
      "optimise",
      "organisation",
      "programme",
      "recognise",
      "serialise",
    ],
    ...["signalled", "theatre", "tunnelled", "whilst"],
  ];
  // cspell:enable
  assert.deepEqual(
    reportedWords(context, { "docs/a.md": `${british.join("\n")}\n` }),
    british.map((word) => `docs/a.md: ${word}`),
  );
});

test("accepts the words of tests only in tests and benchmarks", (context) => {
  const [word = ""] = readFileSync(join(root, "scripts/spelling/test-words.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.notEqual(word, "");
  const paths = [
    "bench/src/a.ts",
    "e2e/src/a.ts",
    "server/src/a.test.ts",
    "server/src/testing/a.ts",
    "web/src/a.test.tsx",
  ];
  const files = Object.fromEntries([...paths, "server/src/a.ts"].map((path) => [path, `// ${word}\n`]));
  assert.deepEqual(reportedWords(context, files), [`server/src/a.ts: ${word}`]);
});
