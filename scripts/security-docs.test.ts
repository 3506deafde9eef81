import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/security.md"), "utf8");

interface Proof {
  readonly threat: string;
  readonly file: string;
  readonly sentence: string;
}

/** Rows of `| threat | guard | held by |`; the last column holds "`file`: the test's sentence", several with ";" between. */
function proofsIn(markdown: string): { threats: string[]; proofs: Proof[] } {
  const rows = [...markdown.matchAll(/^\| (?!threat |---)(.+?) \| .+? \| (.*) \|$/gm)];
  return {
    threats: rows.map((row) => row[1]!),
    proofs: rows.flatMap((row) =>
      [...row[2]!.matchAll(/`([^`]+)`: (.+?)(?=; `|$)/g)].map(([, file, sentence]) => ({
        threat: row[1]!,
        file: file!,
        sentence: sentence!,
      })),
    ),
  };
}

/** Proofs whose test is not where they say. */
function missing(proofs: readonly Proof[]): string[] {
  return proofs
    .filter(({ file, sentence }) => {
      const path = join(root, file);
      return !existsSync(path) || !readFileSync(path, "utf8").includes(sentence);
    })
    .map(({ file, sentence }) => `${file}: ${sentence}`);
}

test("every line of the threat model names tests that exist", () => {
  const { threats, proofs } = proofsIn(page);
  assert.ok(threats.length > 30);
  assert.deepEqual(missing(proofs), []);
  const held = new Set(proofs.map(({ threat }) => threat));
  assert.deepEqual(
    threats.filter((threat) => !held.has(threat)),
    [],
  );
});

test("a line without a test, and a test that is gone, would be seen", () => {
  const { threats, proofs } = proofsIn(
    "| threat | guard | held by |\n|---|---|---|\n| a | b | `docs/security.md`: nobody would write this |\n| c | d |  |\n",
  );
  assert.deepEqual(threats, ["a", "c"]);
  assert.deepEqual(missing([{ ...proofs[0]!, file: "gone.ts" }]), ["gone.ts: nobody would write this"]);
  assert.deepEqual(missing([{ ...proofs[0]!, sentence: "no such words 1" }]), [
    "docs/security.md: no such words 1",
  ]);
});
