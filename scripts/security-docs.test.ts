import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

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
  /** Lines in the list of tests that are neither a test file nor the name of a test. */
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
    const files: string[] = [];
    for (const line of list.replaceAll(/\n {4}(?=\S)/g, " ").split("\n")) {
      const newFile = /^- `([^`]+)`$/.exec(line)?.[1];
      const testName = /^ {2}- (\S.*)$/.exec(line)?.[1];
      const file = files.at(-1);
      if (newFile !== undefined) files.push(newFile);
      else if (testName !== undefined && file !== undefined) proofs.push({ file, testName });
      else if (line !== "") unreadable.push(line);
    }
    const empty = files.filter((one) => !proofs.some((proof) => proof.file === one));
    const hasGuard = /^\*\*Guard:\*\* \S/m.test(description!);
    return { name: name!, hasGuard, proofs, unreadable: [...unreadable, ...empty] };
  });
}

/** Returns the proofs whose file or test does not exist. */
function missing(proofs: readonly Proof[]): string[] {
  return proofs
    .filter(({ file, testName }) => {
      const path = join(root, file);
      return !existsSync(path) || !readFileSync(path, "utf8").includes(testName);
    })
    .map(({ file, testName }) => `${file}: ${testName}`);
}

/** Returns the problems in the threats of a page. */
function problemsOf(markdown: string): string[] {
  const threats = threatsIn(markdown);
  const lists = markdown.match(/^\*\*Tests:\*\*/gm)?.length ?? 0;
  return [
    ...threats.filter(({ hasGuard }) => !hasGuard).map(({ name }) => `${name}: no guard`),
    ...threats.filter(({ proofs }) => proofs.length === 0).map(({ name }) => `${name}: no test`),
    ...threats.flatMap(({ unreadable }) => unreadable.map((line) => `unreadable: ${line}`)),
    ...missing(threats.flatMap(({ proofs }) => proofs)),
    ...(lists === threats.length ? [] : [`${lists} lists of tests for ${threats.length} threats`]),
  ];
}

test("every threat in docs/security.md has a guard and names tests that exist", () => {
  assert.ok(threatsIn(page).length > 150);
  assert.deepEqual(problemsOf(page), []);
});

test("reports a threat without a guard or a test, and a test that does not exist", () => {
  const self = "scripts/security-docs.test.ts";
  const entry = (...list: string[]) =>
    ["### Area", "", "#### Threat", "", "**Guard:** guard", "", "**Tests:**", "", ...list, ""].join("\n");
  const good = entry(`- \`${self}\``, "  - reports a threat without a guard", "    or a test");
  assert.deepEqual(problemsOf(good), []);
  assert.deepEqual(threatsIn(good + good)[1]!.proofs, [
    { file: self, testName: "reports a threat without a guard or a test" },
  ]);

  const absentName = ["no", "such", "name"].join(" ");
  const absentFile = "gone.test.ts";
  assert.deepEqual(problemsOf(entry(`- \`${self}\``, `  - ${absentName}`)), [`${self}: ${absentName}`]);
  assert.deepEqual(problemsOf(entry(`- \`${absentFile}\``, "  - name")), [`${absentFile}: name`]);
  assert.deepEqual(problemsOf(entry()), ["Threat: no test"]);
  assert.deepEqual(problemsOf(entry(`- \`${self}\``)), ["Threat: no test", `unreadable: ${self}`]);
  assert.deepEqual(problemsOf(good.replace("**Guard:** guard", "")), ["Threat: no guard"]);
  assert.deepEqual(problemsOf(`${good}* a test\n`), ["unreadable: * a test"]);
  assert.deepEqual(problemsOf(`${good}### Other\n\n**Tests:**\n`), ["2 lists of tests for 1 threats"]);
});
