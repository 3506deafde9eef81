import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reason } from "../../core/base/index.ts";
import { isErrno } from "../processes/process-identity.ts";
import { type Controller, findControllers, type Resource } from "./find-controllers.ts";
import type { Parent } from "./limit-group.ts";

/** Groups in which subgroups can be created, and for each resource without such a group, the reason. */
export interface OpenedParents {
  readonly parents: ReadonlyMap<Resource, Parent>;
  readonly problems: ReadonlyMap<Resource, string>;
}

const resources: readonly Resource[] = ["memory", "processes", "cpu"];

/**
 * Prepares this process's own groups for subgroups, so that limits on the server also apply to its sandboxes. If that is not possible,
 * `delegate` may use the root group. `serverName` is the name of the subgroup to which the server's processes are moved if necessary. Reports
 * failures in `problems` instead of throwing.
 */
export function openParents(serverName: string, controllers = findControllers()): OpenedParents {
  const parents = new Map<Resource, Parent>();
  const problems = new Map<Resource, string>();
  for (const resource of resources) {
    const controller = controllers.get(resource);
    if (controller === undefined) {
      problems.set(resource, "the kernel has no control group controller for it");
      continue;
    }
    try {
      const path = controller.version === 1 ? tryOut(controller.ownPath) : delegate(controller, serverName);
      parents.set(resource, { version: controller.version, path });
    } catch (cause) {
      problems.set(resource, `no control group can be created in ${controller.ownPath}: ${reason(cause)}`);
    }
  }
  return { parents, problems };
}

/** Returns the reasons why resources cannot be limited. Creates no groups, because `tembo doctor` uses this function. */
export function findProblems(controllers = findControllers()): ReadonlyMap<Resource, string> {
  const problems = new Map<Resource, string>();
  for (const resource of resources) {
    const controller = controllers.get(resource);
    if (controller === undefined) problems.set(resource, "the kernel has no control group controller for it");
    else if (!isWritable(controller.ownPath)) {
      problems.set(resource, `this user cannot create control groups in ${controller.ownPath}`);
    }
  }
  return problems;
}

/** Returns the path, or throws if this process cannot write to it. access(2) detects missing permissions and a read-only mount. */
function tryOut(path: string): string {
  accessSync(path, constants.W_OK);
  return path;
}

/**
 * Enables the controllers for subgroups, and returns the group in which subgroups can be created. In version 2, a group whose subgroups have
 * limits must not contain processes. If the group belongs to a service or is the root group, moves its processes to a subgroup. Otherwise, for
 * example in a login session, moves nothing and uses the root group, which requires root.
 */
function delegate({ mountPath, ownPath }: Controller, serverName: string): string {
  try {
    allowAll(ownPath);
    return ownPath;
  } catch (cause) {
    if (!isErrno(cause, "EBUSY")) throw cause;
  }
  if (ownPath !== mountPath && !ownPath.endsWith(".service")) {
    allowAll(mountPath);
    return mountPath;
  }
  const leaf = join(ownPath, serverName);
  mkdirSync(leaf, { recursive: true });
  // Repeats, because processes may fork in the meantime.
  for (let round = 0; round < 10; round++) {
    for (const pid of readFileSync(join(ownPath, "cgroup.procs"), "latin1").split("\n").filter(Boolean)) {
      moveIfThere(join(leaf, "cgroup.procs"), pid);
    }
    try {
      allowAll(ownPath);
      return ownPath;
    } catch (cause) {
      if (!isErrno(cause, "EBUSY")) throw cause;
    }
  }
  throw new Error("its processes cannot be moved to a child group");
}

function allowAll(path: string): void {
  const available = readFileSync(join(path, "cgroup.controllers"), "latin1").trim().split(/\s+/);
  const wanted = ["memory", "pids", "cpu"].filter((name) => available.includes(name));
  writeFileSync(join(path, "cgroup.subtree_control"), wanted.map((name) => `+${name}`).join(" "));
}

function moveIfThere(procsFile: string, pid: string): void {
  try {
    writeFileSync(procsFile, pid);
  } catch (cause) {
    if (!isErrno(cause, "ESRCH")) throw cause;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
