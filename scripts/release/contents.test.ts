import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { test } from "node:test";
import { assets } from "./contents.ts";

const root = join(import.meta.dirname, "../..");
/** Files that only tests and `npm run generate` read, and data that modules import. */
const unused = [
  "**/testing/**",
  "contract/src/openapi/component-names.txt",
  "server/src/store/schema.sql",
  "server/src/core/access/model/catalog.json",
];

function filesWithoutPattern(patterns: readonly string[]): string[] {
  return globSync("{cli,contract,sdk,server}/src/**/*.*", { cwd: root })
    .filter((file) => !/\.ts$|\/fixtures\//.test(file))
    .filter((file) => ![...patterns, ...unused].some((pattern) => matchesGlob(file, pattern)));
}

test("the package contains all programs and data beside the modules", () => {
  assert.deepEqual(filesWithoutPattern(assets), []);
  const others = assets.filter((pattern) => !pattern.includes("starter"));
  assert.ok(filesWithoutPattern(others).includes("server/src/starter/starter.pl"), "control");
});
