import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { release } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import manifest from "../package.json" with { type: "json" };
import { join as joinFiles } from "./backup/archive.ts";
import { type Config, type Environment, parseConfig, thisMachine } from "./config.ts";
import { describeSettings } from "./config-overview.ts";
import { AppError, createMasker } from "./core/base/index.ts";
import { findRunningServer } from "./doctor/running-server.ts";
import { type Report, runDoctor } from "./doctor.ts";
import { resolveLayout } from "./postgres/layout.ts";
import { openInstallation } from "./start-installation.ts";
import { withJoined } from "./start-joined-settings.ts";
import { readMigrations } from "./store/migrate.ts";
import { filterPostgresLog } from "./support-bundle/filter-log.ts";
import { readFacts } from "./support-bundle/read-facts.ts";

export interface SupportBundle {
  readonly file: string;
  readonly bytes: number;
  readonly contains: readonly string[];
  readonly omits: readonly string[];
}

const contains = [
  "versions of Tembo, Node.js, PostgreSQL and the kernel",
  "names of the settings; values only of numbers and choices",
  "results of tembo doctor",
  "migrations, servers, workers, queue lengths, table sizes and event counts",
  "lines of the embedded PostgreSQL's log about its state",
] as const;

const omits = [
  "keys, tokens, passwords and other free text of settings",
  "prompts, messages, event contents, files and names of repositories",
  "names and addresses of people and hosts",
  "the log of the server; check it yourself before you attach it",
] as const;

/** Maximum time of each read of the database. */
const statementTimeoutMs = 30_000;

/**
 * Writes a `.tar.gz` file for a bug report, also while the server runs or cannot start. Throws `conflict` if the file
 * exists, or `unavailable` if tar fails. `doctor` checks the machine.
 */
export async function writeSupportBundle(
  shell: Environment,
  options: { readonly file: string },
  doctor: (env: Environment) => Promise<Report> = runDoctor,
): Promise<SupportBundle> {
  const file = resolve(options.file);
  const machine = thisMachine();
  const env = (await findRunningServer(shell, machine))?.env ?? (await withJoined(shell, machine));
  const { hidden, ...settings } = describeSettings(env, machine);
  const masker = createMasker(hidden);
  const config = readConfig(env);
  const { checks } = await doctor(shell);
  const parts: Record<string, string> = {
    "README.txt": describe(),
    "versions.json": toJson({
      tembo: manifest.version,
      node: process.version,
      processor: process.arch,
      kernel: release(),
      createdAt: new Date().toISOString(),
    }),
    "settings.json": toJson(settings),
    "doctor.json": toJson(
      // The message about invalid settings repeats parts of their values.
      checks.map((check) =>
        check.name === "settings" && !check.ok ? { ...check, detail: "not valid" } : check,
      ),
    ),
    "database.json": toJson(config === null ? { problem: "invalid settings" } : await databaseFacts(config)),
    "postgres-log.txt": config === null ? "" : await postgresLog(config),
  };
  const staging = `${file}.partial-${process.pid}`;
  await mkdir(staging, { mode: 0o700 });
  try {
    for (const [name, text] of Object.entries(parts))
      await writeFile(join(staging, name), masker.mask(text), { mode: 0o600 });
    const whole = join(staging, "whole.tar");
    await joinFiles(staging, Object.keys(parts), whole);
    await pipeline(createReadStream(whole), createGzip(), createNew(file));
    return { file, bytes: (await stat(file)).size, contains, omits };
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
    const message = `${file} already exists. Move it, or choose another file.`;
    throw new AppError("conflict", message, { cause });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

const createNew = (file: string) => createWriteStream(file, { mode: 0o600, flags: "wx" });

const toJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const describe = () =>
  [
    "Support bundle of Tembo, for a bug report. Read it before you attach it.",
    ...["It contains:", ...contains.map((line) => `- ${line}`)],
    ...["It does not contain:", ...omits.map((line) => `- ${line}`), ""],
  ].join("\n");

function readConfig(env: Environment): Config | null {
  try {
    return parseConfig(env, thisMachine());
  } catch {
    // The check "settings" reports the problem.
    return null;
  }
}

/** Returns the facts, or only the code of the error, because its message may contain stored values. */
async function databaseFacts(config: Config): Promise<unknown> {
  try {
    await using cleanup = new AsyncDisposableStack();
    const { url } = await openInstallation(config, cleanup);
    const pool = new pg.Pool({
      connectionString: url,
      max: 1,
      connectionTimeoutMillis: 10_000,
      statement_timeout: statementTimeoutMs,
    });
    cleanup.defer(() => pool.end());
    return await readFacts(
      pool,
      (await readMigrations()).map(({ name }) => name),
    );
  } catch (cause) {
    return { problem: cause instanceof Error && "code" in cause ? String(cause.code) : "unknown" };
  }
}

async function postgresLog({ databaseUrl, dataDir }: Config): Promise<string> {
  if (databaseUrl !== null) return "";
  try {
    return filterPostgresLog(await readFile(resolveLayout(dataDir).log, "utf8"));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw cause;
  }
}
