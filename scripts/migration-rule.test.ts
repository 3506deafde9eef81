import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readMigrations } from "../server/src/store/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../server/src/testing/test-database.ts";
import { findBreakingChanges, type MigrationRule } from "./migration-rule.ts";
import { migrationsAt, newestRelease } from "./previous-version.ts";
import { splitStatements } from "./sql-statements.ts";

const root = join(import.meta.dirname, "..");

// The server of the tests' databases runs while one of them exists.
let kept: TestDatabase;
before(async () => {
  kept = await createTestDatabase();
});
after(() => kept.drop());

async function check(rule: Omit<MigrationRule, "pool">): Promise<string[]> {
  const { pool, drop } = await createTestDatabase();
  try {
    return await findBreakingChanges({ ...rule, pool });
  } finally {
    await drop();
  }
}

test("each migration only adds, or raises the required migration to one of an earlier release", async () => {
  const release = newestRelease(root);
  const released = release === null ? null : migrationsAt(root, release);
  const rule = { migrations: await readMigrations(), after: "0089-required-migration.sql", released };
  assert.deepEqual(await check(rule), []);
});

const base = {
  name: "0001-base.sql",
  text: `
    create table required_migration (name text not null);
    insert into required_migration values ('0001-base.sql');
    create table workers
      (host text, stopped_at timestamptz, newest_migration text, heartbeat_at timestamptz);
    create table servers
      (id int, host text, address text, newest_migration text, heartbeat_at timestamptz);
    create table users (id int primary key, email text);
    create table jobs (
      id int primary key,
      name text default 'a',
      status text not null check (status in ('queued', 'done')),
      user_id int references users on delete cascade,
      size int,
      constraint jobs_size_check check ((status in ('done', 'failed')) = (size is not null))
    );
    create unique index jobs_name_index on jobs (name);
    create index jobs_status_index on jobs (status);
    create function one() returns int language sql as 'select 1';
    create function note() returns trigger language plpgsql as 'begin return null; end';
    create trigger jobs_note after insert on jobs for each row execute function note();`,
};

const checkText = (text: string) =>
  check({
    migrations: [base, { name: "0002-next.sql", text }],
    after: base.name,
    released: [base.name],
  });

/** Returns a migration with a table, and with a trigger on a table of the previous version that runs the statement. */
function separateTrigger(time: string, statement: string): string {
  return `create table changes (id int);
    create function note_change() returns trigger language plpgsql as $$ begin ${statement}; return null; end $$;
    create trigger jobs_change ${time} update on jobs for each row execute function note_change()`;
}

const additions: readonly string[] = [
  "create table tags (id int primary key, job_id int not null unique references jobs on delete cascade)",
  "alter table jobs add column note text, add column level int not null default 0 check (level >= 0)",
  "alter table jobs add column serial int generated always as identity",
  "alter table jobs add column key text; create unique index jobs_key_index on jobs (key) where key <> ''",
  "alter table jobs add column owner_id int references users on delete set null",
  "create index jobs_size_index on jobs (size); drop index jobs_status_index",
  "alter table jobs drop constraint jobs_status_check, add constraint jobs_status_check check (status in ('queued', 'new', 'done'))",
  "alter table jobs drop constraint jobs_status_check; alter table jobs alter column status drop not null",
  "create table tags (id int); insert into tags values (1); create trigger tags_note after insert on tags for each row execute function note()",
  "alter table jobs add column copy text; update jobs j set copy = (select max(name) from jobs where id = 1) where id = 2",
  "create function two() returns int language sql as $$ select 2; -- drop table jobs; $$",
  separateTrigger("after", "insert into changes select new.id from jobs where id = new.id for update"),
];
for (const text of additions)
  test(`accepts ${text}`, async () => {
    assert.deepEqual(await checkText(text), []);
  });

const faults: readonly (readonly [text: string, what: string | RegExp])[] = [
  ["drop table jobs", "removes or renames the table jobs"],
  ["alter table jobs rename to work", /^removes or renames the table jobs/],
  ["alter table jobs drop column size", /^removes or renames the column jobs.size/],
  ["alter table jobs rename column name to title", /^removes or renames the column jobs.name/],
  ["do 'begin alter table jobs drop column user_id; end'", /^removes or renames the column jobs.user_id/],
  ["alter table jobs alter column size type bigint", /^changes the type of jobs.size/],
  ["alter table jobs alter column size set not null", "sets jobs.size to not null"],
  ["alter table jobs alter column name drop default", "changes the default of jobs.name"],
  ["alter table jobs add column key text not null", "adds jobs.key as not null without a default"],
  ["alter table jobs add check (size > 0)", "restricts the table jobs: jobs.jobs_size_check1"],
  ["alter table jobs add unique (size)", "restricts the table jobs: jobs.jobs_size_key"],
  ["alter table jobs add column key text default 'a' unique", "restricts the table jobs: jobs.jobs_key_key"],
  ["alter table jobs add foreign key (size) references users on delete cascade", /^restricts the table jobs/],
  [
    "create table tags (job_id int references jobs)",
    /^keeps the previous version from deleting rows of jobs/,
  ],
  [
    "alter table jobs drop constraint jobs_status_check, add constraint jobs_status_check check (status in ('queued', 'new'))",
    "changes or removes the constraint jobs.jobs_status_check",
  ],
  [
    "alter table jobs drop constraint jobs_size_check, add constraint jobs_size_check check ((status in ('done', 'failed', 'new')) = (size is not null))",
    "changes or removes the constraint jobs.jobs_size_check",
  ],
  [
    "alter table jobs drop constraint jobs_user_id_fkey",
    /^changes or removes the constraint jobs.jobs_user_id_fkey/,
  ],
  ["drop index jobs_name_index", "changes or removes the index jobs.jobs_name_index"],
  ["create unique index jobs_size_index on jobs (size)", /^adds the unique index jobs.jobs_size_index/],
  ["drop function one", /^changes or removes the function one\(\)/],
  [
    "create or replace function one() returns int language sql as 'select 2'",
    /^changes or removes the function one/,
  ],
  ["drop trigger jobs_note on jobs", "changes or removes the trigger jobs.jobs_note"],
  [
    "create trigger jobs_other before insert on jobs for each row execute function note()",
    "adds the trigger jobs.jobs_other to a table of the previous version",
  ],
  [
    "create trigger jobs_other after insert on jobs for each row execute function note()",
    "adds the trigger jobs.jobs_other to a table of the previous version",
  ],
  ...[
    separateTrigger("before", "insert into changes values (1)"),
    separateTrigger("after", "update users set email = ''"),
    separateTrigger("after", "insert into changes values (1); delete from jobs where id = new.id"),
    separateTrigger("after", "raise exception 'rejected'"),
    separateTrigger("after", "perform pg_notify('jobs', '')"),
  ].map((text) => [text, "adds the trigger jobs.jobs_change to a table of the previous version"] as const),
  ["delete from jobs", "may change what the previous version reads: delete from jobs"],
  ["update jobs set status = 'done'", /^may change what the previous version reads/],
  ["alter table jobs add column copy text; update jobs set copy = name, size = 1", /^may change/],
  ["insert into users values (1)", /^may change what the previous version reads/],
  ["alter table jobs enable row level security", /^may change what the previous version reads/],
  ["alter table jobs disable trigger jobs_note", /^may change what the previous version reads/],
  ["truncate jobs", /^may change what the previous version reads/],
  ["update required_migration set name = '0000-older.sql'; drop table jobs", "lowers the required migration"],
  [
    "update required_migration set name = '0002-next.sql'; drop table jobs",
    "requires 0002-next.sql, which no earlier release has",
  ],
];
for (const [text, what] of faults)
  test(`reports ${text}`, async () => {
    const [first = ""] = await checkText(text);
    const [, found = ""] = /^0002-next.sql: (.*)$/.exec(first) ?? [];
    if (typeof what === "string") assert.equal(found, what);
    else assert.match(found, what);
  });

test("accepts a removal if the migration requires one of an earlier release, and not one of this release", async () => {
  const next = { name: "0002-next.sql", text: "create table jobs2 (id int)" };
  const contract = {
    name: "0003-contract.sql",
    text: "update required_migration set name = '0002-next.sql'; drop table jobs",
  };
  const after = base.name;
  const migrations = [base, next, contract];
  for (const released of [[base.name, next.name], null])
    assert.deepEqual(await check({ migrations, after, released }), []);
  assert.deepEqual(await check({ migrations, after, released: [base.name] }), [
    "0003-contract.sql: requires 0002-next.sql, which no earlier release has",
  ]);
});

test("splits statements outside of quotes, function bodies and comments", () => {
  const sql = "a ';' -- b;\n c; /* d; */ e $x$ f; $$ $x$ \"g;\"; ";
  assert.deepEqual(splitStatements(sql), ["a ';' c", 'e $x$ f; $$ $x$ "g;"']);
});
