import { randomBytes } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { CommandError } from "../failure.ts";
import { withReason } from "../sentence.ts";

/** A server and an API key for it. */
export interface Profile {
  readonly url: string;
  readonly apiKey: string;
}

export interface Profiles {
  /** The profile that is used by default, or null if there is none. */
  readonly current: string | null;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/**
 * Returns the path of `tembo/profiles.json` in the configuration folder that the XDG Base Directory Specification
 * defines. Throws `CommandError` if neither `HOME` nor an absolute `XDG_CONFIG_HOME` is set.
 */
export function profileFile(env: NodeJS.ProcessEnv): string {
  const file = findProfileFile(env);
  if (file !== null) return file;
  throw new CommandError("Cannot determine where to store profiles.", "set HOME or XDG_CONFIG_HOME.");
}

/** Returns the stored profiles. Returns no profiles if there is no configuration folder, as for a service. */
export function keptProfiles(env: NodeJS.ProcessEnv): Profiles {
  const file = findProfileFile(env);
  return file === null ? { current: null, profiles: {} } : readProfiles(file);
}

function findProfileFile(env: NodeJS.ProcessEnv): string | null {
  const { XDG_CONFIG_HOME: configured, HOME: home } = env;
  // The specification requires ignoring relative paths.
  const folder =
    configured !== undefined && isAbsolute(configured) ? configured : home && join(home, ".config");
  return folder ? join(folder, "tembo", "profiles.json") : null;
}

/**
 * Returns the profiles in the file, or none if the file does not exist. Throws `CommandError` if other users can read
 * the file, it cannot be read or it is not a profile file.
 */
export function readProfiles(file: string): Profiles {
  let text: string;
  try {
    if ((lstatSync(file).mode & 0o077) !== 0)
      throw new CommandError(`Other users can read the keys in ${file}.`, `chmod 600 ${file}`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof CommandError) throw error;
    // A service user's home may not be a folder. Such a user has no profiles either.
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return { current: null, profiles: {} };
    throw unusable(file, error);
  }
  const parsed = parse(file, text);
  if (isProfiles(parsed)) return parsed;
  throw unusable(file, new Error("it is not a profile file"));
}

/** Replaces the file atomically. Other users can never read it. Throws `CommandError` if the file cannot be written. */
export function writeProfiles(file: string, profiles: Profiles): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    replace(file, `${JSON.stringify(profiles, null, 2)}\n`);
  } catch (cause) {
    const next = "set XDG_CONFIG_HOME to a writable folder.";
    throw new CommandError(withReason("Could not save the profile", cause), next, { cause });
  }
}

function replace(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    // Restores permissions that the umask may have removed.
    chmodSync(temporary, 0o600);
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function isProfiles(value: unknown): value is Profiles {
  if (typeof value !== "object" || value === null) return false;
  const { current, profiles } = value as Record<string, unknown>;
  if (typeof profiles !== "object" || profiles === null) return false;
  if (current !== null && typeof current !== "string") return false;
  return Object.values(profiles).every(
    (one) => typeof one?.url === "string" && typeof one.apiKey === "string",
  );
}

function unusable(file: string, cause: unknown): CommandError {
  return new CommandError(
    withReason(`Could not read ${file}`, cause),
    'fix the file, or delete it and run "tembo login" again.',
    {
      cause,
    },
  );
}
