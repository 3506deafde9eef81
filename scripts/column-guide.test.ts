import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import type { Table } from "../server/src/store/queries/table.ts";
import { describedTables, disagreements, readSchema } from "../server/src/store/testing/schema-agreement.ts";

const root = join(import.meta.dirname, "..");
const queries = join(root, "server/src/store/queries");
const schema = "server/src/store/schema.sql";
const description = "server/src/store/queries/skill/skill-table.ts";
const statements = "server/src/store/queries/skill/skills.ts";
const [noun, ...more] = globSync("server/src/core/**/skill/skill.ts", { cwd: root });

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The text of a file with one more line after the line that contains `after`. */
function planted(file: string, after: string, line: string): string {
  const text = read(file);
  const changed = text.replace(after, `${after}\n${line}`);
  assert.notEqual(changed, text, `${file} has no ${after}`);
  return changed;
}

const withColumn = planted(schema, "create table skills (", "  planted text,");
const withDescription = planted(description, 'table("skills", {', "  planted: text.orNull(),");
const withField = planted(noun!, "export interface Skill {", "  readonly planted: string | null;");

test("the guide names the files that the column needs", () => {
  assert.deepEqual(more, []);
  const guide = read("docs/develop/add-a-column.md");
  for (const file of [schema, description, statements, "skill.ts", "described-tables.test.ts"])
    assert.ok(guide.includes(file), file);
});

test("a column of the schema is reported until the table describes it", async (context) => {
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

test("a field without its column, and a column without its field, are type errors where skills are written", () => {
  const compile = compilerOf(statements);
  assert.deepEqual(compile({}), [], "control");
  assert.match(compile({ [description]: withDescription }).join("\n"), /planted/);
  assert.match(compile({ [noun!]: withField }).join("\n"), /planted/);
  assert.deepEqual(compile({ [description]: withDescription, [noun!]: withField }), []);
});

/** Compiles a file with other texts in place of some files, and gives the compiler's errors in it. */
function compilerOf(file: string): (texts: Readonly<Record<string, string>>) => string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => assert.fail(String(messageText)) },
  );
  const host = ts.createCompilerHost(config!.options);
  const parse = host.getSourceFile.bind(host);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const path = join(root, file);
  return (texts) => {
    host.getSourceFile = (name, options) => {
      const text = Object.entries(texts).find(([changed]) => join(root, changed) === name)?.[1];
      if (text !== undefined) return ts.createSourceFile(name, text, options);
      if (!parsed.has(name)) parsed.set(name, parse(name, options));
      return parsed.get(name);
    };
    const program = ts.createProgram([path], config!.options, host);
    return program
      .getSemanticDiagnostics(program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  };
}
