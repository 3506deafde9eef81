import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Table } from "../server/src/store/queries/table.ts";
import { describedTables, disagreements, readSchema } from "../server/src/store/testing/schema-agreement.ts";
import { compilerOf, read, root, withLine } from "./guide.test-support.ts";
import type { Changes } from "./source-tree.ts";

const queries = join(root, "server/src/store/queries");
const schema = "server/src/store/schema.sql";
const description = "server/src/store/queries/skill/skill-table.ts";
const statements = "server/src/store/queries/skill/skills.ts";
const [noun, ...more] = globSync("server/src/core/**/skill/skill.ts", { cwd: root });

const withColumn = withLine(schema, "create table skills (", "  planted text,");
const withDescription = withLine(description, 'table("skills", {', "  planted: text.orNull(),");
const withField = withLine(noun!, "export interface Skill {", "  readonly planted: string | null;");

test("the guide names the files that the column needs", () => {
  assert.deepEqual(more, []);
  const guide = read("docs/develop/add-a-column.md");
  for (const file of [schema, description, statements, "skill.ts", "described-tables.test.ts"])
    assert.ok(guide.includes(file), file);
});

test("reports a new column of the schema until the table definition describes it", async (context) => {
  const tables = await describedTables();
  assert.deepEqual(disagreements(tables, readSchema()), [], "control");
  assert.deepEqual(disagreements(tables, withColumn), ["skills.planted is not described."]);
  const folder = mkdtempSync(join(tmpdir(), "tembo-column-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "skill-table.ts");
  writeFileSync(file, withDescription.replaceAll('from "../', `from "${queries}/`));
  const { skills }: { skills: Table } = await import(file);
  const others = tables.filter(({ name }) => name !== "skills");
  assert.deepEqual(disagreements([...others, skills], withColumn), []);
  assert.deepEqual(disagreements([...others, skills], readSchema()), ["skills has no column planted."]);
});

test("a field without a column, or a column without a field, is a type error in the statements for skills", () => {
  const compileProject = compilerOf("tsconfig.json");
  const compile = (changes: Changes) => compileProject([statements], changes);
  assert.deepEqual(compile({}), [], "control");
  assert.match(compile({ [description]: withDescription }).join("\n"), /planted/);
  assert.match(compile({ [noun!]: withField }).join("\n"), /planted/);
  assert.deepEqual(compile({ [description]: withDescription, [noun!]: withField }), []);
});
