import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { sendIfAlive } from "../../e2e/src/support/programs/process-tree.ts";
import { requireNoNetwork } from "./offline.ts";

const run = promisify(execFile);
const limitMs = 10 * 60_000;
const minutes = limitMs / 60_000;

/** A user of this machine who has no clone: an empty HOME and an empty project. */
export interface UserHome {
  /** The variable HOME. */
  readonly home: string;
  /** Prefix of `npm install --global`. Its bin folder is first on the PATH. */
  readonly prefix: string;
  /** Folder in which the commands run. */
  readonly project: string;
  /** Runs a program to its end. Returns its standard output. Throws with the whole output if the program fails. */
  run(file: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Starts a program. A signal to the child reaches only this program. `remove` ends its whole process group. */
  start(argv: readonly string[], env: Readonly<Record<string, string>>): ChildProcess;
  remove(): void;
}

/**
 * Creates the home of a user. npm has no packages of an earlier installation, but it has the downloads and the registry of the person who
 * runs this test. In an offline run, it has no other downloads.
 */
export function createUserHome(): UserHome {
  requireNoNetwork();
  const home = mkdtempSync(join(tmpdir(), "tembo-user-"));
  const [prefix, project, cache] = [join(home, "prefix"), join(home, "project"), join(home, ".npm")];
  for (const folder of [prefix, project, cache]) mkdirSync(folder);
  symlinkSync(join(npmSetting("cache"), "_cacache"), join(cache, "_cacache"));
  const env = {
    ...networkSettings(),
    HOME: home,
    PATH: [join(prefix, "bin"), ...pathWithoutClone()].join(delimiter),
    npm_config_cache: cache,
    npm_config_prefix: prefix,
    npm_config_registry: npmSetting("registry"),
    npm_config_userconfig: npmSetting("userconfig"),
    npm_config_prefer_offline: "true",
    npm_config_offline: npmSetting("offline"),
  };
  const started: ChildProcess[] = [];
  return {
    home,
    prefix,
    project,
    run: async (file, args, more = {}) => {
      const options = { cwd: project, env: { ...env, ...more }, timeout: limitMs };
      try {
        return (await run(file, args, options)).stdout;
      } catch (cause) {
        const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
        const what = `${file} ${args.join(" ")} failed or took more than ${minutes} minutes`;
        throw new Error(`${what}:\n${stdout}${stderr}`, { cause });
      }
    },
    start: ([file = "", ...args], more) => {
      const options = { cwd: project, env: { ...env, ...more }, detached: true } as const;
      const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
      started.push(child);
      return child;
    },
    remove: () => {
      for (const { pid } of started) if (pid !== undefined) sendIfAlive(-pid, "SIGKILL");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Returns a setting of the person who runs this test. */
export function npmSetting(name: string): string {
  return execFileSync("npm", ["config", "get", name], { cwd: tmpdir(), encoding: "utf8" }).trim();
}

/** Returns the folders of the PATH without those of the clone, whose node would hide the one of the machine. */
function pathWithoutClone(): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
}

function networkSettings(): Record<string, string> {
  const names = /^(?:https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_file)$/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}
