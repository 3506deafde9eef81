import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { findNumberedStatements } from "./statement-rule.ts";

function findIn(t: TestContext, files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "tembo-statements-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, "server/src/store", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return findNumberedStatements(root);
}

test("no statement of the store numbers more than six parameters by hand", () => {
  assert.deepEqual(findNumberedStatements(join(import.meta.dirname, "..")), []);
});

const faults: readonly (readonly [text: string, highest: number])[] = [
  ["const a = 'insert into t values ($1, $2, $3, $4, $5, $6, $7)';", 7],
  ["const a = `update t set a = $2, b = $10 where id = $1`;", 10],
  [`const a = \`insert into t (\${columns}) values ($32, $33)\`;`, 33],
  [`const a = \`\${insertion} on conflict (id) do update set a = $11 where \${condition}\`;`, 11],
];

for (const [text, highest] of faults)
  test(`reports a statement that numbers its parameters by hand up to $${highest}`, (t) => {
    const files = { "queries/a.ts": `\n${text}`, "queries/a.test.ts": text, "testing/b.ts": text };
    assert.deepEqual(findIn(t, files), [`server/src/store/queries/a.ts:2: $${highest}`]);
  });

test("accepts short statements, the query tag and amounts of money", (t) => {
  const sound = `
    const short = "select a from t where b in ($1, $2, $3, $4, $5, $6)";
    const tagged = query\`insert into t values (\${1}, \${2}, \${3}, \${4}, \${5}, \${6}, \${7})\`;
    const budget = "The budget of $10.00 is spent.";`;
  assert.deepEqual(findIn(t, { "sound.ts": sound }), []);
});

test("rejects a folder without files", (t) => {
  assert.throws(() => findIn(t, { "only.test.ts": "" }), /No files found/);
});
