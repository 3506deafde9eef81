import { readSchema, type Schema } from "../server/src/store/dump-schema.ts";
import { type Migration, migrate } from "../server/src/store/migrate.ts";
import { readRequiredMigration } from "../server/src/store/required-migration.ts";
import { splitStatements } from "./sql-statements.ts";

type Pool = Parameters<typeof migrate>[0];

export interface MigrationRule {
  /** An empty database. */
  readonly pool: Pool;
  readonly migrations: readonly Migration[];
  /** Name of the last migration to which the rule does not apply. */
  readonly after: string;
  /** Names of the migrations of the newest release, or null if there is none. */
  readonly released: readonly string[] | null;
}

/**
 * Returns a line `migration: what` for each change that a process of the previous version may not survive, because it still
 * uses the old schema. A migration may make such changes if it raises the required migration to one of an earlier release.
 * Applies each migration and compares the schemas, because a statement alone does not show, for example, what a constraint
 * was before.
 */
export async function findBreakingChanges(rule: MigrationRule): Promise<string[]> {
  const { pool, migrations, after, released } = rule;
  const first = migrations.findIndex(({ name }) => name > after);
  const found: string[] = [];
  await migrate(pool, { migrations: migrations.slice(0, first < 0 ? undefined : first) });
  let before = await stateOf(pool);
  for (const { name, text } of first < 0 ? [] : migrations.slice(first)) {
    await migrate(pool, { migrations: migrations.filter((one) => one.name <= name) });
    const state = await stateOf(pool);
    const report = (what: string) => found.push(`${name}: ${what}`);
    const { required } = state;
    if (required < before.required) report("lowers the required migration");
    else if (required === before.required) {
      changesOf(before.schema, state.schema).forEach(report);
      unknownStatements(text, before.schema, state.schema).forEach(report);
    } else if (required >= name || (released !== null && !released.includes(required)))
      report(`requires ${required}, which no earlier release has`);
    before = state;
  }
  return found;
}

async function stateOf(pool: Pool) {
  const required = await readRequiredMigration(pool);
  return { schema: parseSchema(await readSchema(pool)), required: required ?? "" };
}

interface Column {
  readonly type: string;
  readonly isRequired: boolean;
  readonly defaultText: string | null;
}

interface Tables {
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Column>>;
  readonly constraints: ReadonlyMap<string, Part>;
  readonly indexes: ReadonlyMap<string, Part>;
  readonly functions: ReadonlyMap<string, Part>;
  readonly triggers: ReadonlyMap<string, Part>;
}

/** A constraint, an index, a function or a trigger. */
interface Part {
  /** Empty for a function. */
  readonly table: string;
  readonly text: string;
}

function parseSchema(schema: Schema): Tables {
  const parse = (statements: readonly string[], pattern: RegExp) =>
    new Map(
      statements.map((statement) => {
        const { name, table = "", text = statement } = pattern.exec(statement)!.groups!;
        return [table === "" ? name! : `${table}.${name}`, { table, text }];
      }),
    );
  return {
    tables: new Map(schema.tables.map(parseTable)),
    constraints: parse(
      schema.constraints,
      /^alter table (?<table>\S+) add constraint (?<name>\S+) (?<text>.*);$/s,
    ),
    indexes: parse(schema.indexes, /INDEX (?<name>\S+) ON public\.(?<table>\S+) /),
    functions: parse(schema.functions, /(?:FUNCTION|PROCEDURE) public\.(?<name>\w+\([^\n]*)\n/),
    triggers: parse(schema.triggers, /TRIGGER (?<name>\S+) .*? ON public\.(?<table>\S+) /s),
  };
}

function parseTable(statement: string): [string, ReadonlyMap<string, Column>] {
  const [, table, columns] = /^create table (\S+) \(\n(.*)\n\)/s.exec(statement)!;
  const parsed = columns!.split(",\n").map((line): [string, Column] => {
    const [, name, type, isRequired, defaultText = null] =
      /^ {2}(\S+) (.*?)( not null)?(?: default (.*))?$/s.exec(line)!;
    return [name!, { type: type!, isRequired: isRequired !== undefined, defaultText }];
  });
  return [table!, new Map(parsed)];
}

function changesOf(before: Tables, after: Tables): string[] {
  return [
    ...[...before.tables].flatMap(([table, columns]) =>
      tableChanges(table, columns, after.tables.get(table)),
    ),
    ...removedParts(before, after),
    ...addedParts(before, after),
  ];
}

function tableChanges(
  table: string,
  before: ReadonlyMap<string, Column>,
  after: ReadonlyMap<string, Column> | undefined,
): string[] {
  if (after === undefined) return [`removes or renames the table ${table}`];
  const changed = [...before].flatMap(([name, old]) => {
    const now = after.get(name);
    const column = `${table}.${name}`;
    if (now === undefined) return [`removes or renames the column ${column}`];
    if (now.type !== old.type) return [`changes the type of ${column}`];
    if (now.isRequired && !old.isRequired) return [`sets ${column} to not null`];
    if (old.defaultText !== null && now.defaultText !== old.defaultText)
      return [`changes the default of ${column}`];
    return [];
  });
  const added = [...after].filter(
    ([name, { type, isRequired, defaultText }]) =>
      !before.has(name) && isRequired && defaultText === null && !type.includes(" generated "),
  );
  return [...changed, ...added.map(([name]) => `adds ${table}.${name} as not null without a default`)];
}

function removedParts(before: Tables, after: Tables): string[] {
  const isGone = ({ table }: Part) => table !== "" && !after.tables.has(table);
  const changed = (kind: "constraints" | "indexes" | "functions" | "triggers", isHarmless: IsHarmless) =>
    [...before[kind]].flatMap(([name, part]) => {
      const now = after[kind].get(name);
      if (isGone(part) || now?.text === part.text || isHarmless(part.text, now?.text ?? null)) return [];
      return [`changes or removes the ${singular[kind]} ${name}`];
    });
  return [
    ...changed("constraints", isWiderCheck),
    ...changed("indexes", (text, now) => now === null && !text.startsWith("CREATE UNIQUE")),
    ...changed("functions", () => false),
    ...changed("triggers", () => false),
  ];
}

const singular = { constraints: "constraint", indexes: "index", functions: "function", triggers: "trigger" };

/** Returns true if the previous version works with the new definition, which is null if the part was removed. */
type IsHarmless = (before: string, now: string | null) => boolean;

/**
 * Returns true if a check was removed, or permits a list of values for a column, and now permits more. In other conditions,
 * a longer list may permit less.
 */
function isWiderCheck(before: string, now: string | null): boolean {
  if (!before.startsWith("CHECK")) return false;
  if (now === null) return true;
  const [old, wider] = [before, now].map((text) =>
    /^CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$/.exec(text),
  );
  if (!old || !wider || old[1] !== wider[1]) return false;
  const values = wider[2]!.split(", ");
  return old[2]!.split(", ").every((value) => values.includes(value));
}

/** Returns the restrictions that the migration adds to tables which the previous version uses. */
function addedParts(before: Tables, after: Tables): string[] {
  const isNew = (table: string, column: string) => before.tables.get(table)?.has(column) === false;
  /** True if one of the columns is null in each row that the previous version writes. */
  const hasNull = (table: string, columns: readonly string[]) =>
    columns.some((name) => {
      const column = after.tables.get(table)!.get(name);
      return column?.isRequired === false && column.defaultText === null && isNew(table, name);
    });
  const added = (parts: ReadonlyMap<string, Part>, old: ReadonlyMap<string, Part>) =>
    [...parts].filter(([name]) => !old.has(name));
  const constraints = added(after.constraints, before.constraints).flatMap(([name, { table, text }]) => {
    const target = /REFERENCES (\w+)/.exec(text)?.[1];
    if (target !== undefined && before.tables.has(target) && !/ON DELETE (?:CASCADE|SET)/.test(text))
      return [`keeps the previous version from deleting rows of ${target}: ${name} has no "on delete"`];
    if (!before.tables.has(table)) return [];
    const isSafe = text.startsWith("CHECK")
      ? wordsOf(text).every((word) => !before.tables.get(table)!.has(word))
      : hasNull(table, columnsOf(text));
    return isSafe ? [] : [`restricts the table ${table}: ${name}`];
  });
  const indexes = added(after.indexes, before.indexes).filter(
    ([, { table, text }]) =>
      before.tables.has(table) &&
      text.startsWith("CREATE UNIQUE") &&
      (text.includes("NULLS NOT DISTINCT") || !hasNull(table, columnsOf(text))),
  );
  const triggers = added(after.triggers, before.triggers).filter(
    ([, { table, text }]) => before.tables.has(table) && !isSeparate(text, before, after),
  );
  return [
    ...constraints,
    ...indexes.map(([name]) => `adds the unique index ${name} to columns of the previous version`),
    ...triggers.map(([name]) => `adds the trigger ${name} to a table of the previous version`),
  ];
}

/**
 * Returns true if the trigger runs after a statement, and if its function is new and only writes to tables that the
 * previous version does not use.
 */
function isSeparate(trigger: string, before: Tables, after: Tables): boolean {
  const name = / AFTER .* EXECUTE FUNCTION (\w+\()/s.exec(trigger)?.[1];
  const [signature, { text } = { text: "" }] =
    [...after.functions].find(([one]) => name !== undefined && one.startsWith(name)) ?? [];
  if (signature === undefined || before.functions.has(signature)) return false;
  const [, body = ""] = /\$function\$(.*)\$function\$/s.exec(text) ?? [];
  const written = [...body.matchAll(/\b(?:insert into|delete from|(?<!for |do |key )update) (\w+)/gi)];
  return (
    !/\b(?:raise|perform|execute|call|notify|lock|truncate|alter|drop)\b|\w+_notify\(|set_config\(/i.test(
      body,
    ) && written.every(([, table]) => !before.tables.has(table!))
  );
}

const wordsOf = (text: string) => text.replaceAll(/'(?:[^']|'')*'/g, "").match(/\w+/g) ?? [];
/** Returns the columns in the first parentheses. */
const columnsOf = (text: string) => wordsOf(/\(([^)]*)\)/.exec(text)?.[1] ?? "");

/** Matches statements whose effect the comparison of the schemas shows. */
const comparedStatement =
  /^(?:create (?:or replace )?(?:table|index|unique index|function|trigger) |alter table |drop (?:table|index|function|trigger) |comment on )/i;
const hiddenChange = /row level security|(?:enable|disable) (?:\w+ )?(?:trigger|rule)|inherit /i;

/** Returns the statements whose effect the comparison of the schemas does not show. Permits rows and values that only this version reads. */
function unknownStatements(text: string, before: Tables, after: Tables): string[] {
  return splitStatements(text)
    .filter((statement) => {
      if (comparedStatement.test(statement)) return /^alter/i.test(statement) && hiddenChange.test(statement);
      const into = /^insert into (\w+)/i.exec(statement)?.[1];
      if (into !== undefined) return before.tables.has(into);
      const update = /^update (?:only )?(\w+)(?: (?:as )?(?!set )\w+)? set (.*)/is.exec(statement);
      if (update === null) return true;
      const [, table, rest] = update;
      const [assignments] = withoutParentheses(rest!).split(/ (?:from|where) /i);
      const columns = [...assignments!.matchAll(/(?:^|, ?)(\w+) = /g)];
      const isNew = (column: string) =>
        after.tables.get(table!)?.has(column) === true && before.tables.get(table!)?.has(column) !== true;
      return columns.length === 0 || !columns.every(([, column]) => isNew(column!));
    })
    .map((statement) => `may change what the previous version reads: ${statement.slice(0, 80)}`);
}

function withoutParentheses(text: string): string {
  const shorter = text.replaceAll(/\([^()]*\)/g, "");
  return shorter === text ? text : withoutParentheses(shorter);
}
