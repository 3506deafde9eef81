import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../failure.ts";
import { configFolder } from "../platform/config-folder.ts";
import type { Machine } from "../platform/machine.ts";
import { isReadableByOthers, writePrivateFile } from "../platform/private-file.ts";
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

/** The environment and the machine, which determine where the profiles are. */
interface ProfilePlace {
  readonly env: NodeJS.ProcessEnv;
  readonly machine: Machine;
}

/**
 * Returns the path of `tembo/profiles.json` in the user's configuration folder. Throws `CommandError` if the folder is
 * unknown.
 */
export function profileFile(place: ProfilePlace): string {
  const file = findProfileFile(place);
  if (file !== null) return file;
  throw new CommandError("Cannot determine where to store profiles.", "set HOME or XDG_CONFIG_HOME.");
}

/** Returns the stored profiles. Returns no profiles if there is no configuration folder, as for a service. */
export function keptProfiles(place: ProfilePlace): Profiles {
  const file = findProfileFile(place);
  return file === null ? { current: null, profiles: {} } : readProfiles(file, place.machine);
}

function findProfileFile({ env, machine }: ProfilePlace): string | null {
  const folder = configFolder(env, machine);
  return folder === null ? null : join(folder, "tembo", "profiles.json");
}

/**
 * Returns the profiles in the file, or none if the file does not exist. Throws `CommandError` if other users can read
 * the file, it cannot be read or it is not a profile file.
 */
export function readProfiles(file: string, machine: Machine): Profiles {
  let text: string;
  try {
    if (isReadableByOthers(file, machine))
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
export function writeProfiles(file: string, profiles: Profiles, machine: Machine): void {
  try {
    writePrivateFile(file, `${JSON.stringify(profiles, null, 2)}\n`, machine);
  } catch (cause) {
    const next = "set XDG_CONFIG_HOME to a writable folder.";
    throw new CommandError(withReason("Could not save the profile", cause), next, { cause });
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
