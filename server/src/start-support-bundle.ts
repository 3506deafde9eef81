import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { release } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import manifest from "../package.json" with { type: "json" };
import { join as joinFiles } from "./backup/archive.ts";
import { type Config, type Environment, parseConfig, thisMachine } from "./config.ts";
import { describeSettings } from "./config-overview.ts";
import { AppError, createMasker, reason } from "./core/base/index.ts";
import { findRunningServer } from "./doctor/running-server.ts";
import { type Report, runDoctor } from "./doctor.ts";
import { isCode } from "./postgres/errno.ts";
import { resolveLayout } from "./postgres/layout.ts";
import { sandboxPlugIns } from "./sandbox/plug-ins.ts";
import { openInstallation } from "./start-installation.ts";
import { withJoined } from "./start-joined-settings.ts";
import { readMigrations } from "./store/migrate.ts";
import { describeChecks } from "./support-bundle/describe-checks.ts";
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
  "results of tembo doctor, with details only if they are versions or numbers",
  "migrations, servers, workers, queue lengths, sizes of Tembo's tables and event counts",
  "lines of the embedded PostgreSQL's log about its state",
] as const;

const omits = [
  "keys, tokens, passwords and other free text of settings",
  "prompts, messages, event contents, files and names of repositories",
  "names and addresses of people and hosts",
  "the log of the server; check it yourself before you attach it",
] as const;

const ofSandboxes: Readonly<Record<string, RegExp>> = Object.fromEntries(
  sandboxPlugIns.flatMap(({ publicDetails = {} }) => Object.entries(publicDetails)),
);

/** Maximum time of each read of the database. */
const statementTimeoutMs = 30_000;

/**
 * Writes a `.tar.gz` file for a bug report, also while the server runs or cannot start. The file appears when it is complete.
 * Throws `conflict` if the file exists, or `unavailable` if tar fails. `doctor` checks the machine.
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
    "doctor.json": toJson(describeChecks(checks, ofSandboxes)),
    "database.json": toJson(config === null ? { problem: "invalid settings" } : await databaseFacts(config)),
    "postgres-log.txt": config === null ? "" : await postgresLog(config),
  };
  const staging = await mkdtemp(`${file}.partial-`);
  try {
    for (const [name, text] of Object.entries(parts))
      await writeFile(join(staging, name), masker.mask(text), { mode: 0o600 });
    const whole = join(staging, "whole.tar");
    await joinFiles(staging, Object.keys(parts), whole);
    const packed = join(staging, "whole.tar.gz");
    await pipeline(createReadStream(whole), createGzip(), createWriteStream(packed, { mode: 0o600 }));
    await link(packed, file);
    return { file, bytes: (await stat(file)).size, contains, omits };
  } catch (cause) {
    if (!isCode(cause, "EEXIST")) throw cause;
    const message = `${file} already exists. Move it, or choose another file.`;
    throw new AppError("conflict", message, { cause });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

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
    const { url, log } = await openInstallation(config, cleanup);
    const pool = new pg.Pool({
      connectionString: url,
      max: 1,
      connectionTimeoutMillis: 10_000,
      statement_timeout: statementTimeoutMs,
    });
    // The pool ends before its connections have closed. Without a listener, the loss of one would crash the process.
    pool.on("error", (error) => log.warn({ reason: reason(error) }, "idle database connection lost"));
    cleanup.defer(() => pool.end());
    return await readFacts(pool, await readMigrations());
  } catch (cause) {
    return { problem: cause instanceof Error && "code" in cause ? String(cause.code) : "unknown" };
  }
}

async function postgresLog({ databaseUrl, dataDir }: Config): Promise<string> {
  if (databaseUrl !== null) return "";
  try {
    return filterPostgresLog(await readFile(resolveLayout(dataDir).log, "utf8"));
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return "";
    throw cause;
  }
}
