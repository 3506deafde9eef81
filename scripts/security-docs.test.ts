import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { probeTable } from "../e2e/src/containment/support/probe-table.ts";
import { problemsOf, sectionsIn } from "./listed-tests.ts";
import { withProbeTable } from "./security-table.ts";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/security.md"), "utf8");

test("the table of combinations in docs/security.md matches the probes", async () => {
  const table = await probeTable();
  assert.equal(page, withProbeTable(page, table), "run npm run generate");
  assert.notEqual(page, withProbeTable(page, `${table}| another claim |\n`), "control");
  assert.throws(() => withProbeTable("# Security\n", table), /The page has no/);
});

test("every threat in docs/security.md has a guard and names existing tests", () => {
  assert.ok(sectionsIn(page).length > 150);
  assert.deepEqual(problemsOf(page, root), []);
});

test("every failure in docs/develop/known-failures.md has a guard and names existing tests", () => {
  const failures = readFileSync(join(root, "docs/develop/known-failures.md"), "utf8");
  assert.equal(sectionsIn(failures).length, 15);
  assert.deepEqual(problemsOf(failures, root), []);
});

test("reports a threat without a guard or a test, and a test that does not exist", (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-threats-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = "a.test.ts";
  const tests =
    'test("keeps keys outside, for every caller", () => {});\ntest(`rejects $' +
    "{what} as well`, () => {});\n";
  writeFileSync(join(folder, file), `// a comment that names nothing\n${tests}`);
  writeFileSync(join(folder, "a.ts"), tests);
  mkdirSync(join(folder, "folder.test.ts"));
  const problems = (markdown: string) => problemsOf(markdown, folder);
  const entry = (...list: string[]) =>
    ["### Area", "", "#### Threat", "", "**Guard:** guard", "", "**Tests:**", "", ...list, ""].join("\n");

  const good = entry(`- \`${file}\``, "  - keeps keys outside,", "    for every caller", "  - as well");
  assert.deepEqual(problems(good + good), []);
  assert.deepEqual(sectionsIn(good)[0]!.proofs, [
    { file, testName: "keeps keys outside, for every caller" },
    { file, testName: "as well" },
  ]);
  for (const [path, name] of [
    [file, "keeps nothing"],
    [file, "a comment that names nothing"],
    ["gone.test.ts", "as well"],
    ["folder.test.ts", "as well"],
    ["a.ts", "as well"],
  ] as const)
    assert.deepEqual(problems(entry(`- \`${path}\``, `  - ${name}`)), [`${path}: ${name}`]);
  assert.deepEqual(problems(entry()), ["Threat: no test"]);
  const again = entry(`- \`${file}\``, "  - as well", `- \`${file}\``);
  assert.deepEqual(problems(again), [`unreadable: ${file}`]);
  assert.deepEqual(problems(good.replace("**Guard:** guard", "")), [
    "Threat: no guard",
    "0 guards for 1 sections",
  ]);
  assert.deepEqual(problems(`${good}* a test\n`), ["unreadable: * a test"]);
  assert.deepEqual(problems(`${good}### Other\n\n**Tests:**\n`), ["2 lists for 1 sections"]);
  assert.deepEqual(problems(`${good}### Other\n\n**Guard:** guard\n`), ["2 guards for 1 sections"]);
  assert.deepEqual(problems(`${good}##### Deeper\n`), [
    "unreadable: ##### Deeper",
    "2 headings for 1 sections",
  ]);
});
