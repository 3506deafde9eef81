import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reason } from "../../core/base/index.ts";
import { isErrno } from "../processes/process-identity.ts";
import { type Controller, findControllers, type Resource } from "./find-controllers.ts";
import type { Parent } from "./limit-group.ts";

/** Where groups can be made here, and why not for the other resources. */
export interface OpenedParents {
  readonly parents: ReadonlyMap<Resource, Parent>;
  readonly problems: ReadonlyMap<Resource, string>;
}

const resources: readonly Resource[] = ["memory", "processes", "cpu"];

/**
 * This process's own groups, readied to hold groups, so that what limits the server limits its sandboxes too. `serverName` names
 * the group that the server moves to where it must make room. Never throws.
 */
export function openParents(serverName: string, controllers = findControllers()): OpenedParents {
  const parents = new Map<Resource, Parent>();
  const problems = new Map<Resource, string>();
  for (const resource of resources) {
    const controller = controllers.get(resource);
    if (controller === undefined) {
      problems.set(resource, "the kernel offers no control group for it");
      continue;
    }
    try {
      const path = controller.version === 1 ? tryOut(controller.ownPath) : delegate(controller, serverName);
      parents.set(resource, { version: controller.version, path });
    } catch (cause) {
      problems.set(resource, `no control group can be made in ${controller.ownPath}: ${reason(cause)}`);
    }
  }
  return { parents, problems };
}

/** The same question without making anything: what the doctor asks. */
export function findProblems(controllers = findControllers()): ReadonlyMap<Resource, string> {
  const problems = new Map<Resource, string>();
  for (const resource of resources) {
    const controller = controllers.get(resource);
    if (controller === undefined) problems.set(resource, "the kernel offers no control group for it");
    else if (!isWritable(controller.ownPath)) {
      problems.set(resource, `this user cannot make control groups in ${controller.ownPath}`);
    }
  }
  return problems;
}

/** Writing rights alone do not tell: the tree may be mounted read-only. */
function tryOut(path: string): string {
  accessSync(path, constants.W_OK);
  return path;
}

/**
 * A group of version 2 that limits groups below it may hold no process itself. A service's own group is ours to arrange: its
 * processes move to a group below. Out of a person's login session nothing is moved: there the top of the tree is used, as root.
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
  // Some may fork meanwhile, but not for long.
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
  throw new Error("its processes do not move to a group below");
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
