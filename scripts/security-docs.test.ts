import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import ts from "typescript";
import { probeTable } from "../e2e/src/containment/support/probe-table.ts";
import { withProbeTable } from "./security-table.ts";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/security.md"), "utf8");

interface Proof {
  readonly file: string;
  readonly testName: string;
}

interface Threat {
  readonly name: string;
  readonly hasGuard: boolean;
  readonly proofs: readonly Proof[];
  /** Lines in the list of tests that contain neither a test file nor a test name, and files without a test name. */
  readonly unreadable: readonly string[];
}

/**
 * Parses each `####` section as a threat. A section has a line that starts with `**Guard:**`, and a list after the line `**Tests:**`.
 * The list has items "- `file`", each with nested items "  - name of a test". A line indented by four spaces continues the previous line.
 */
function threatsIn(markdown: string): Threat[] {
  const sections = markdown.matchAll(/^#### (.+)\n((?:(?!#{1,4} ).*(?:\n|$))*)/gm);
  return [...sections].map(([, name, section]) => {
    const [description, list = ""] = section!.split(/^\*\*Tests:\*\*$/m);
    const proofs: Proof[] = [];
    const unreadable: string[] = [];
    const items: { readonly file: string; count: number }[] = [];
    for (const line of list.replaceAll(/\n {4}(?=\S)/g, " ").split("\n")) {
      const newFile = /^- `([^`]+)`$/.exec(line)?.[1];
      const testName = /^ {2}- (\S.*)$/.exec(line)?.[1];
      const item = items.at(-1);
      if (newFile !== undefined) items.push({ file: newFile, count: 0 });
      else if (testName !== undefined && item !== undefined) {
        item.count += 1;
        proofs.push({ file: item.file, testName });
      } else if (line !== "") unreadable.push(line);
    }
    const empty = items.filter(({ count }) => count === 0).map(({ file }) => file);
    const hasGuard = /^\*\*Guard:\*\* \S/m.test(description!);
    return { name: name!, hasGuard, proofs, unreadable: [...unreadable, ...empty] };
  });
}

/** Matches files with tests: test files, and suites that several adapters run. */
const testFiles = /[.]test[.]tsx?$|[/]contract[/][^/]+[.]ts$|-contract[.]ts$/;

/** Returns the proofs whose file does not exist, is not a test file or does not contain the name in a string. */
function missing(proofs: readonly Proof[], folder: string): string[] {
  return proofs
    .filter(({ file, testName }) => {
      const path = join(folder, file);
      if (!testFiles.test(file) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return true;
      return !stringsIn(path).some((text) => text.includes(testName));
    })
    .map(({ file, testName }) => `${file}: ${testName}`);
}

/** Returns the strings and templates in a file, as written. Ignores comments, because a comment is not a test. */
function stringsIn(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) found.push(node.getText(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Returns the problems with the threats on a page. Test paths are relative to `folder`. */
function problemsOf(markdown: string, folder = root): string[] {
  const threats = threatsIn(markdown);
  const count = (pattern: RegExp) => markdown.match(pattern)?.length ?? 0;
  const parts = {
    headings: count(/^#{4,} /gm),
    guards: count(/^\*\*Guard:\*\*/gm),
    lists: count(/^\*\*Tests:\*\*/gm),
  };
  return [
    ...threats.filter(({ hasGuard }) => !hasGuard).map(({ name }) => `${name}: no guard`),
    ...threats.filter(({ proofs }) => proofs.length === 0).map(({ name }) => `${name}: no test`),
    ...threats.flatMap(({ unreadable }) => unreadable.map((line) => `unreadable: ${line}`)),
    ...missing(
      threats.flatMap(({ proofs }) => proofs),
      folder,
    ),
    ...Object.entries(parts)
      .filter(([, found]) => found !== threats.length)
      .map(([part, found]) => `${found} ${part} for ${threats.length} threats`),
  ];
}

test("the table of combinations in docs/security.md matches the probes", async () => {
  const table = await probeTable();
  assert.equal(page, withProbeTable(page, table), "run npm run generate");
  assert.notEqual(page, withProbeTable(page, `${table}| another claim |\n`), "control");
  assert.throws(() => withProbeTable("# Security\n", table), /The page has no/);
});

test("every threat in docs/security.md has a guard and names existing tests", () => {
  assert.ok(threatsIn(page).length > 150);
  assert.deepEqual(problemsOf(page), []);
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
  assert.deepEqual(threatsIn(good)[0]!.proofs, [
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
    "0 guards for 1 threats",
  ]);
  assert.deepEqual(problems(`${good}* a test\n`), ["unreadable: * a test"]);
  assert.deepEqual(problems(`${good}### Other\n\n**Tests:**\n`), ["2 lists for 1 threats"]);
  assert.deepEqual(problems(`${good}### Other\n\n**Guard:** guard\n`), ["2 guards for 1 threats"]);
  assert.deepEqual(problems(`${good}##### Deeper\n`), [
    "unreadable: ##### Deeper",
    "2 headings for 1 threats",
  ]);
});
