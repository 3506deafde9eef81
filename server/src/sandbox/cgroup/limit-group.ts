import { existsSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxLimits } from "../../core/turns/index.ts";
import type { GroupSetup } from "../../starter/frames.ts";
import { isErrno, sendKill } from "../processes/process-identity.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { countOf, settingsOf } from "./control-files.ts";
import type { Controller, Resource } from "./find-controllers.ts";

/** Group that contains a subgroup for each sandbox. */
export interface Parent {
  readonly version: Controller["version"];
  readonly path: string;
}

export type Parents = ReadonlyMap<Resource, Parent>;

/** Timeout for a group to become empty after its processes are killed. */
const emptyWithinMs = 5_000;

/** Control groups of one sandbox: a single folder, or one folder in each controller's hierarchy. */
export class LimitGroup {
  readonly #name: string;
  readonly #parents: Parents;
  readonly #limits: SandboxLimits;
  #lastHits = { memory: 0, processes: 0 };

  constructor(parents: Parents, name: string, limits: SandboxLimits) {
    this.#parents = parents;
    this.#name = name;
    this.#limits = limits;
  }

  /** Returns how the first process of the sandbox creates the groups, sets their limits and joins them. */
  get setup(): GroupSetup {
    const folders = this.#folders();
    const limits = [...this.#parents].flatMap(([resource, { version, path }]) =>
      settingsOf(version, resource, this.#limits).map(({ file, ...setting }) => ({
        path: join(path, this.#name, file),
        ...setting,
      })),
    );
    // A process joins a group by writing 0.
    const joins = folders.map((folder) => ({
      path: join(folder, "cgroup.procs"),
      value: "0",
      isOptional: false,
    }));
    return { folders, settings: [...limits, ...joins] };
  }

  /** Returns the IDs of the processes in the group. Omits processes outside this process namespace. */
  processes(): number[] {
    const [folder] = this.#folders();
    return folder === undefined ? [] : pidsIn(folder);
  }

  /**
   * Returns how often the kernel killed a program because memory ran out, and how often a process could not be started. Returns the last
   * counts after the group is removed.
   */
  hits(): { readonly memory: number; readonly processes: number } {
    this.#lastHits = {
      memory: this.#count("memory") ?? this.#lastHits.memory,
      processes: this.#count("processes") ?? this.#lastHits.processes,
    };
    return this.#lastHits;
  }

  /** Kills the processes in the group and removes it. Returns false if it cannot be removed. In that case, a later server removes it. */
  async remove(): Promise<boolean> {
    this.hits();
    return removeFolders(this.#folders());
  }

  #folders(): string[] {
    return [...new Set([...this.#parents.values()].map(({ path }) => join(path, this.#name)))];
  }

  #count(resource: "memory" | "processes"): number | null {
    const parent = this.#parents.get(resource);
    if (parent === undefined) return null;
    const { file, name } = countOf(parent.version, resource);
    const found = new RegExp(`^${name} (\\d+)$`, "m").exec(readIfThere(join(parent.path, this.#name, file)));
    return found === null ? null : Number(found[1]);
  }
}

/** Kills the processes in these groups and removes the groups. Retries for at most five seconds. Returns false if a group remains. */
export async function removeFolders(folders: readonly string[]): Promise<boolean> {
  return waitUntil(() => folders.map(tryRemove).every(Boolean), emptyWithinMs);
}

function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return true;
    if (!isErrno(cause, "EBUSY")) throw cause;
    killAll(folder);
    return false;
  }
}

function killAll(folder: string): void {
  const killFile = join(folder, "cgroup.kill");
  if (existsSync(killFile)) writeFileSync(killFile, "1");
  for (const pid of pidsIn(folder)) sendKill(pid);
}

/** The kernel lists a process outside this pid namespace as 0. In a call to kill, 0 would mean the server's own process group. */
function pidsIn(folder: string): number[] {
  const pids = readIfThere(join(folder, "cgroup.procs")).split("\n").map(Number);
  return pids.filter((pid) => pid > 0);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ENODEV")) return "";
    throw cause;
  }
}
