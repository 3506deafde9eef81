import assert from "node:assert/strict";
import { test } from "node:test";
import { type DiffFile, parsePatch } from "../../../components/diff/parse-patch.ts";
import { planTour } from "./plan-tour.ts";

/** Returns a patch that adds one line to each file. `files` contains the line for each path. */
const patchOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files)
    .map(([path, line]) =>
      [
        `diff --git a/${path} b/${path}`,
        `--- a/${path}`,
        `+++ b/${path}`,
        "@@ -1 +1,2 @@",
        " kept",
        `+${line}`,
        "",
      ].join("\n"),
    )
    .join("");
const filesAt = (...paths: string[]) =>
  parsePatch(patchOf(Object.fromEntries(paths.map((path) => [path, "1"]))));
const tourShape = (files: readonly DiffFile[]) =>
  Object.fromEntries(planTour(files).map(({ key, files: own }) => [key, own.map(({ path }) => path)]));

test("orders contracts before source, tests and docs, and puts generated files last", () => {
  const files = filesAt(
    "README.md",
    "package-lock.json",
    "package.json",
    "src/a.ts",
    "server/migrations/0002-more.sql",
    "e2e/all.test.ts",
  );
  assert.deepEqual(Object.entries(tourShape(files)), [
    ["contract", ["server/migrations/0002-more.sql"]],
    ["source:src", ["src/a.ts"]],
    ["test", ["e2e/all.test.ts"]],
    ["docs", ["README.md"]],
    ["config", ["package.json"]],
    ["generated", ["package-lock.json"]],
  ]);
});

test("puts a test after its source and a style before its component, regardless of the alphabet", () => {
  const files = filesAt(
    "lib/zoo.ts",
    "tests/test_oven.py",
    "ui/card.module.css",
    "ui/card.test.tsx",
    "ui/card.tsx",
    "app/oven.py",
    "lib/zoo.test.ts",
  );
  assert.deepEqual(tourShape(files), {
    "source:app": ["app/oven.py", "tests/test_oven.py"],
    "source:lib": ["lib/zoo.ts", "lib/zoo.test.ts"],
    "source:ui": ["ui/card.module.css", "ui/card.tsx", "ui/card.test.tsx"],
  });
});

test("groups a test whose source is ambiguous with the other tests", () => {
  const files = filesAt("a/index.ts", "b/index.ts", "tests/index.test.ts", "b/index.test.ts");
  assert.deepEqual(tourShape(files), {
    "source:a": ["a/index.ts"],
    "source:b": ["b/index.ts", "b/index.test.ts"],
    test: ["tests/index.test.ts"],
  });
});

test("puts a folder before the folder that imports it, and terminates on a cycle", () => {
  const used = parsePatch(
    patchOf({
      "a/page.ts": 'import { rule } from "../m/rule.ts";',
      "m/rule.ts": 'import { base } from "../z/base.js";',
      "z/base.ts": "1",
    }),
  );
  assert.deepEqual(Object.keys(tourShape(used)), ["source:z", "source:m", "source:a"]);
  const circle = parsePatch(patchOf({ "a/one.ts": 'from "../b/two"', "b/two.ts": 'from "../a/one"' }));
  assert.deepEqual(Object.keys(tourShape(circle)), ["source:a", "source:b"]);
});

test("groups many folders into few sections, and omits no file", () => {
  const paths = Array.from({ length: 2_000 }, (_, at) => `pack${at % 40}/src/deep${at % 7}/file${at}.ts`);
  const sections = planTour(filesAt(...paths));
  assert.equal(sections.length, 6);
  assert.equal(sections.at(-1)!.key, "rest");
  assert.equal(sections.flatMap(({ files }) => files).length, 2_000);
  const under = planTour(filesAt(...paths.map((path) => `only/${path.replace(/^pack\d+/, "one")}`)));
  assert.equal(new Set(under.map(({ key }) => key)).size, under.length);
  assert.ok(under.length <= 6);
});

test("reads counts from the patch, and symbol names from the hunk headers", () => {
  const patch = [
    "diff --git a/src/old.ts b/src/new.ts",
    "similarity index 90%",
    "rename from src/old.ts",
    "rename to src/new.ts",
    "--- a/src/old.ts",
    "+++ b/src/new.ts",
    "@@ -1,2 +1,3 @@ export async function boil(water: Water) {",
    " kept",
    "+more",
    "-less",
    "@@ -20,1 +20,2 @@ words that declare nothing",
    "+more",
    "diff --git a/src/logo.png b/src/logo.png",
    "deleted file mode 100644",
    "Binary files a/src/logo.png and /dev/null differ",
    "",
  ].join("\n");
  assert.deepEqual(planTour(parsePatch(patch))[0]!.facts, {
    files: 2,
    additions: 2,
    deletions: 1,
    added: 0,
    deleted: 1,
    renamed: 1,
    binary: 1,
    symbols: ["boil"],
  });
});

test("omits no file with an unusual name", () => {
  const odd = [
    "__proto__/constructor.ts",
    "a b/ü.ts",
    "..ts",
    "<img src=x onerror=alert(1)>.ts",
    "[x](y).md",
  ];
  const sections = planTour(filesAt(...odd));
  assert.deepEqual(sections.flatMap(({ files }) => files.map(({ path }) => path)).toSorted(), odd.toSorted());
  assert.deepEqual(planTour([]), []);
});
