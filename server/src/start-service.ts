import { existsSync, realpathSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./config.ts";
import { AppError, hourMs, withReason } from "./core/base/index.ts";
import { runTool } from "./doctor/run-tool.ts";
import { isCode } from "./postgres/errno.ts";
import type { Backoff } from "./runtime/backoff.ts";
import { pollUntil } from "./runtime/poll-until.ts";
import { renderUnit, type ServiceRole, serviceRoles, unitName } from "./service/render-unit.ts";

/** Paths of systemd on this machine, which tests replace. */
export interface SystemdPlace {
  readonly unitFolder: string;
  /** Folder of the units that the Debian package contains. */
  readonly packageFolder: string;
  /** Folder that exists if systemd is the init system: see sd_booted(3). */
  readonly bootedFolder: string;
}

const thisPlace: SystemdPlace = {
  unitFolder: "/etc/systemd/system",
  packageFolder: "/usr/lib/systemd/system",
  bootedFolder: "/run/systemd/system",
};

/** A worker stops after its drain, whose time the operator may raise. */
const stopLimitMs = 2 * hourMs;
const stopPolls: Backoff = { firstMs: 100, maxMs: 2_000 };

export interface ServiceOptions {
  readonly role: ServiceRole;
  /** Absolute path of the file with the settings, or null for the default. */
  readonly environmentFile: string | null;
  readonly user: string | null;
}

export interface InstalledService {
  readonly unit: string;
  readonly file: string;
}

export interface ServiceStatus {
  readonly unit: string;
  /** State such as `active`, `inactive` or `failed`. */
  readonly state: string;
  /** True if the service starts with the machine. */
  readonly isEnabled: boolean;
}

/** Returns the unit that `installService` would write. Needs no systemd. Throws the errors of `renderUnit`. */
export const printService = (options: ServiceOptions): Promise<string> =>
  renderUnit({ ...options, program: [process.execPath, realpathSync(process.argv[1]!)] });

/**
 * Writes the unit of a role and enables it, so that it starts with the machine. Does not start it. Throws `unavailable` if the
 * machine does not run systemd or systemd rejects the unit, `conflict` if the file has other content or a package contains the unit,
 * and `invalid_input` if the given file with the settings does not exist.
 */
export async function installService(
  env: Environment,
  options: ServiceOptions,
  place: SystemdPlace = thisPlace,
): Promise<InstalledService> {
  requireSystemd(place);
  const unit = unitName(options.role);
  if (existsSync(join(place.packageFolder, unit)))
    throw new AppError(
      "conflict",
      `A Debian package of this machine contains ${unit}. Start it with "systemctl enable --now ${unit}".`,
    );
  const file = join(place.unitFolder, unit);
  const text = await printService(options);
  const present = await readUnit(file);
  if (present !== null && !present.startsWith('# Written by "tembo service install'))
    throw new AppError("conflict", `${file} was not written by this command. Move it, and try again.`);
  const { environmentFile } = options;
  if (environmentFile !== null && !existsSync(environmentFile))
    throw new AppError(
      "invalid_input",
      `The environment file ${environmentFile} does not exist. Create it first.`,
    );
  await verifyUnit(env, unit, text);
  await writeFile(file, text, { mode: 0o644 });
  await systemctl(env, "daemon-reload");
  await systemctl(env, "enable", unit);
  return { unit, file };
}

/**
 * Disables and stops the service of a role, waits until it has stopped, and then removes its unit. Throws `not_found` if it is not
 * installed, and `unavailable` if it does not stop.
 */
export async function uninstallService(
  env: Environment,
  role: ServiceRole,
  place: SystemdPlace = thisPlace,
): Promise<InstalledService> {
  requireSystemd(place);
  const unit = unitName(role);
  const file = join(place.unitFolder, unit);
  if ((await readUnit(file)) === null)
    throw new AppError(
      "not_found",
      `${file} does not exist. "tembo service status" lists the installed services.`,
    );
  await systemctl(env, "disable", unit);
  await systemctl(env, "stop", "--no-block", unit);
  // Without its unit, systemd would apply its default time limit and kill a worker during its drain.
  const isStopped = async () => ["inactive", "failed"].includes((await readStatus(env, unit)).state);
  if (!(await pollUntil(isStopped, { every: stopPolls, timeoutMs: stopLimitMs })))
    throw new AppError("unavailable", `${unit} has not stopped yet. Run this command again when it has.`);
  await rm(file);
  await systemctl(env, "daemon-reload");
  return { unit, file };
}

/** Lists the installed services. Returns null if the machine does not run systemd. */
export async function listServices(
  env: Environment,
  place: SystemdPlace = thisPlace,
): Promise<readonly ServiceStatus[] | null> {
  if (!existsSync(place.bootedFolder)) return null;
  const folders = [place.unitFolder, place.packageFolder];
  const isInstalled = (unit: string) => folders.some((folder) => existsSync(join(folder, unit)));
  const units = serviceRoles.map(unitName).filter(isInstalled);
  return Promise.all(units.map((unit) => readStatus(env, unit)));
}

async function readStatus(env: Environment, unit: string): Promise<ServiceStatus> {
  const text = await systemctl(env, "show", "--property=ActiveState,UnitFileState", unit);
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "unknown";
  return { unit, state: value("ActiveState"), isEnabled: value("UnitFileState") === "enabled" };
}

function requireSystemd({ bootedFolder }: SystemdPlace): void {
  if (existsSync(bootedFolder)) return;
  throw new AppError(
    "unavailable",
    "This machine does not run systemd. Use another supervisor: docs/guides/self-host.md lists what it must do. --print shows the unit.",
  );
}

/** Throws `unavailable` if systemd rejects the unit. Skips the check if the program is missing. */
async function verifyUnit(env: Environment, unit: string, text: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-unit-"));
  try {
    const file = join(folder, unit);
    await writeFile(file, text);
    const { code, output, isMissing } = await runTool(["systemd-analyze", "verify", file], searchPath(env));
    if (code === 0 || isMissing) return;
    throw new AppError("unavailable", withReason("systemd rejects the unit", output));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function systemctl(env: Environment, ...args: string[]): Promise<string> {
  const { code, output } = await runTool(["systemctl", ...args], searchPath(env));
  if (code === 0) return output;
  throw new AppError("unavailable", withReason(`"systemctl ${args.join(" ")}" failed`, output));
}

const searchPath = (env: Environment) => env.PATH ?? "/usr/bin:/bin";

async function readUnit(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw cause;
  }
}
