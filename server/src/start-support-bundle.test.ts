import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { allMigrations } from "@dbos-inc/dbos-sdk/internal/sysdb_migrations/internal/migrations";
import { runSysMigrationsPg } from "@dbos-inc/dbos-sdk/internal/sysdb_migrations/migration_runner";
import type pg from "pg";
import { listExtremes, parseConfig, thisMachine } from "./config.ts";
import { knownVariables } from "./config-variables.ts";
import { failed } from "./doctor/check.ts";
import { checkUserIds } from "./doctor/check-user-ids.ts";
import { type Check, type Report, runDoctor } from "./doctor.ts";
import { defaultSandbox } from "./sandbox/plug-ins.ts";
import { writeSupportBundle } from "./start-support-bundle.ts";
import { newestMigration } from "./store/migrate.ts";
import { describeChecks } from "./support-bundle/describe-checks.ts";
import { createMigratedTestDatabase } from "./testing/test-database.ts";

const planted = "planted-7f3a9c";

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-bundle-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Returns a doctor that reports all values of the environment. */
const reportValues = (env: Record<string, string>) => async (): Promise<Report> => ({
  checks: [
    failed("settings", `HOST is ${env.HOST ?? ""}`, "Correct it."),
    failed("other", Object.values(env).join(" "), "Correct it."),
  ],
  server: null,
});

/** Writes a bundle and returns its unpacked files. */
async function bundleOf(t: TestContext, env: Record<string, string>, doctor = reportValues(env)) {
  const folder = temporaryFolder(t);
  const file = join(folder, "bundle.tar.gz");
  const result = await writeSupportBundle(env, { file }, doctor);
  assert.deepEqual(readdirSync(folder), ["bundle.tar.gz"]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(result.bytes, statSync(file).size);
  const unpacked = join(folder, "unpacked");
  mkdirSync(unpacked);
  await promisify(execFile)("tar", ["-xzf", file, "-C", unpacked]);
  return { file, folder: unpacked, read: (name: string) => readFileSync(join(unpacked, name), "utf8") };
}

/** Returns the names of the files that contain the planted text. */
const findPlanted = (folder: string) =>
  readdirSync(folder).filter((name) => readFileSync(join(folder, name), "utf8").includes(planted));

/** Inserts a row into each table, with the planted text in each column that can contain text. Returns the tables. */
async function plantEverywhere(pool: pg.Pool): Promise<string[]> {
  const client = await pool.connect();
  try {
    await runSysMigrationsPg(client, allMigrations(), "dbos", { onWarn: () => {} });
    await client.query("set session_replication_role = replica");
    const { rows: checks } = await client.query<{ text: string }>(
      `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as text
       from pg_constraint where contype = 'c' and connamespace in ('public'::regnamespace, 'dbos'::regnamespace)`,
    );
    for (const { text } of checks) await client.query(text);
    const { rows: tables } = await client.query<{ name: string; columns: string; values: string }>(
      `select format('%I.%I', t.schemaname, t.tablename) as name,
         string_agg(format('%I', c.column_name), ', ') as columns,
         string_agg(case
           when c.data_type in ('text', 'character varying') then quote_literal($1::text || '-' || c.column_name)
           when c.data_type in ('json', 'jsonb') then format('%L::jsonb', jsonb_build_object('type', $1::text, $1::text, $1::text))
           when c.data_type = 'bytea' then format('convert_to(%L, ''UTF8'')', $1::text || c.column_name)
           when c.data_type = 'ARRAY' and c.udt_name = '_text' then format('array[%L]', $1::text)
           when c.data_type = 'ARRAY' then '''{}'''
           when c.data_type = 'uuid' then 'gen_random_uuid()'
           when c.data_type = 'boolean' then 'false'
           when c.data_type like 'timestamp%' then 'now()'
           when c.data_type = 'date' then 'now()::date'
           when c.data_type in ('integer', 'bigint', 'smallint', 'numeric', 'real', 'double precision') then '1'
           else '''1''' end, ', ') as values
       from pg_tables t join information_schema.columns c
         on c.table_schema = t.schemaname and c.table_name = t.tablename and c.is_generated = 'NEVER'
       where t.schemaname in ('public', 'dbos') group by t.schemaname, t.tablename`,
      [planted],
    );
    const withText: string[] = [];
    for (const { name, columns, values } of tables) {
      await client.query(`insert into ${name} (${columns}) overriding system value values (${values})`);
      const { rows } = await client.query<{ found: boolean }>(
        `select bool_or(row_to_json(t)::text like $1) as found from ${name} t`,
        [`%${planted}%`],
      );
      if (rows[0]!.found) withText.push(name);
    }
    return withText;
  } finally {
    client.release(true);
  }
}

test("the bundle contains no text of a setting, a table or an error in the log", async (t) => {
  const database = await createMigratedTestDatabase();
  t.after(() => database.drop());
  const tables = await plantEverywhere(database.pool);
  await database.pool.query(`create table "${planted}" (id int)`);
  for (const name of ["events", "secrets", "messages", "sessions", "user_passwords", "workers", "migrations"])
    assert.ok(tables.includes(`public.${name}`), `control: ${name} contains the text`);
  assert.ok(tables.includes("dbos.workflow_status"), "control: the tables of DBOS contain the text");

  const numbers = listExtremes(thisMachine());
  const dataDir = join(temporaryFolder(t), planted);
  const settings = knownVariables.map((name) => [name, `${planted}-of-${name.toLowerCase()}`] as const);
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const env = {
    ...Object.fromEntries(settings.filter(([name]) => !numbers.has(name))),
    TEMBO_OTHER: planted,
    // These settings reject other text.
    HOST: `${planted}.example`,
    TEMBO_DATA_DIR: dataDir,
    XDG_DATA_HOME: dataDir,
    DATABASE_URL: database.url,
    TEMBO_WORKER_DATABASE_URL: `postgresql://someone:${planted}@db.example/tembo`,
    TEMBO_BLOBS: `file:///${planted}`,
    TEMBO_METRICS: "off",
    TEMBO_DEFAULT_AGENT: "claudeCode:planted",
    TEMBO_LOG_LEVEL: "warn",
    PORT: "3999",
    ...Object.fromEntries(urlSettings.map((name) => [name, `https://${planted}.example`])),
    ...Object.fromEntries(nameSettings.map((name) => [name, planted])),
    ...Object.fromEntries(pathSettings.map((name) => [name, `/${planted}`])),
    ...Object.fromEntries(listSettings.map((name) => [name, `${planted}.example`])),
    TEMBO_TRUSTED_PROXIES: "10.9.8.7",
    GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON: JSON.stringify({
      client_email: `${planted}@example.com`,
      private_key: privateKey,
    }),
    // These settings reject all texts that are not names of regions.
    AWS_BEDROCK_REGION: "eu-west-9",
    GCP_VERTEX_AI_LOCATION: "eu-west9",
  };
  parseConfig(env, thisMachine());
  const bundle = await bundleOf(t, env);
  assert.deepEqual(findPlanted(bundle.folder), []);
  assert.ok(!bundle.read("doctor.json").includes(privateKey.split("\n")[1]!));
  const facts = JSON.parse(bundle.read("database.json"));
  assert.equal(facts.migrations.newest, await newestMigration());
  assert.equal(facts.migrations.unknown, 1);
  assert.deepEqual(facts.events, { other: 1 });
  assert.deepEqual(facts.queues.turns, { other: 1 });
  assert.equal(facts.workers.length, 0, "the worker in the table has stopped");
  const ours = facts.tables.map(({ name }: { name: string }) => name);
  const { rows: all } = await database.pool.query<{ name: string }>(
    `select case schemaname when 'public' then tablename else schemaname || '.' || tablename end as name
     from pg_tables where schemaname in ('public', 'dbos') and tablename <> $1`,
    [planted],
  );
  assert.deepEqual(ours.toSorted(), all.map(({ name }) => name).toSorted(), "all tables of Tembo and DBOS");
  const shown = JSON.parse(bundle.read("settings.json"));
  assert.equal(shown.settings.PORT, "3999");
  assert.equal(shown.settings.TEMBO_LOG_LEVEL, "warn");
  assert.equal(shown.settings.DATABASE_URL, "set, hidden");
  assert.equal(shown.settings.TEMBO_DRAIN_MINUTES, "not set");
  assert.equal(shown.unknownCount, 1);

  writeFileSync(join(bundle.folder, "control.txt"), planted);
  assert.deepEqual(findPlanted(bundle.folder), ["control.txt"], "control: the search finds the text");
  await assert.rejects(
    writeSupportBundle(env, { file: bundle.file }, async () => ({ checks: [], server: null })),
    {
      code: "conflict",
    },
  );
});

const urlSettings = knownVariables.filter((name) =>
  /^TEMBO_(PUBLIC_URL|SERVER_ADDRESS|TRACES_URL|S3_ENDPOINT)$|^[^T].*_(BASE|TOKEN)_URL$/.test(name),
);
const nameSettings = knownVariables.filter((name) => /_(REGION|LOCATION|PROJECT)$/.test(name));
const pathSettings = ["TEMBO_MASTER_KEY_FILE", "TEMBO_PRICES_FILE", "TEMBO_HARNESS_SEED_DIR"];
const listSettings = [
  "TEMBO_PRIVATE_HOSTS",
  "TEMBO_EGRESS_PRIVATE_HOSTS",
  "TEMBO_ALLOWED_HOSTS",
  "TEMBO_PREVIEW_DOMAIN",
];

test("a bundle with the results of the real checks contains no path, address or name", async (t) => {
  const database = await createMigratedTestDatabase();
  t.after(() => database.drop());
  await database.pool.query(
    `insert into state_checks (name, checked_at, found, fixed, open_items, earlier_items)
     values ('pullRequests', now(), 1, 0, array[$1], array[$1])`,
    [`https://forge.example/${planted}/pull/1`],
  );
  const folder = temporaryFolder(t);
  const file = join(folder, planted);
  writeFileSync(file, "");
  const common = { PATH: process.env.PATH ?? "", PORT: "0", TEMBO_BLOBS: `file://${file}/blobs` };
  const reachable = {
    ...common,
    TEMBO_DATA_DIR: join(folder, `${planted}-data`),
    DATABASE_URL: database.url,
  };
  const broken = {
    ...common,
    TEMBO_DATA_DIR: join(file, "data"),
    DATABASE_URL: `postgresql://${planted}@${planted}.invalid/${planted}`,
  };
  const details: Record<string, string>[] = [];
  for (const env of [reachable, broken]) {
    let report: Report | null = null;
    const bundle = await bundleOf(t, env, async () => {
      report = await runDoctor(env, thisMachine(), async () => null);
      return report;
    });
    assert.ok(JSON.stringify(report).includes(planted), "control: the report contains the text");
    assert.deepEqual(findPlanted(bundle.folder), []);
    const checks: Check[] = JSON.parse(bundle.read("doctor.json"));
    assert.ok(checks.every((check) => !("fix" in check)));
    assert.deepEqual(
      checks.map(({ name, ok, isRequired }) => ({ name, ok, isRequired })),
      report!.checks.map(({ name, ok, isRequired }) => ({ name, ok, isRequired })),
    );
    details.push(Object.fromEntries(checks.map(({ name, detail }) => [name, detail])));
  }
  assert.equal(details[0]!.node, `Node ${process.versions.node}`);
  assert.match(details[0]!.database!, /^DATABASE_URL responds: PostgreSQL [\d.]+$/);
  assert.match(details[0]!.disk!, /^\d+\.\d GB free$/);
  assert.equal(details[0]!["stored state"], "has differences that need attention");
  assert.match(details[0]![defaultSandbox.name]!, /^bubblewrap ([\d.]+|is not installed)/);
  assert.equal(details[1]!.database, undefined);
  const owner = checkUserIds(
    { sandboxUidBase: 700_000, sandboxRootUidBase: 1_900_000_000 },
    () => `${planted}:1:4294967294`,
  );
  assert.ok(owner.detail.includes(planted), "control: the check names the owner");
  assert.deepEqual(describeChecks([owner], {}), [{ name: "user IDs", ok: false, isRequired: false }]);
});

test("a bundle of a machine with invalid settings and a log hides texts in numbers and in the log", async (t) => {
  const dataDir = temporaryFolder(t);
  mkdirSync(join(dataDir, "postgres"));
  writeFileSync(
    join(dataDir, "postgres", "postgres.log"),
    [
      "LOG:  database system is ready to accept connections",
      `ERROR:  invalid input syntax for type json: "${planted}"`,
      `DETAIL:  Key (email)=(${planted}) already exists.`,
      `FATAL:  role "${planted}" does not exist`,
      `continued ${planted}`,
      "",
    ].join("\n"),
  );
  const valid = await bundleOf(t, { TEMBO_DATA_DIR: dataDir, PORT: "3998" });
  assert.deepEqual(findPlanted(valid.folder), []);
  assert.equal(
    valid.read("postgres-log.txt"),
    'LOG:  database system is ready to accept connections\nFATAL:  role "..." does not exist\n',
  );
  assert.deepEqual(
    JSON.parse(valid.read("database.json")),
    { problem: "invalid_input" },
    "there is no database",
  );
  const invalid = await bundleOf(t, { TEMBO_DATA_DIR: dataDir, HOST: `${planted} x`, PORT: planted });
  assert.deepEqual(findPlanted(invalid.folder), []);
  assert.equal(JSON.parse(invalid.read("settings.json")).settings.PORT, "set, hidden");
  assert.deepEqual(JSON.parse(invalid.read("database.json")), { problem: "invalid settings" });
});
