import { readFileSync } from "node:fs";
import { isErrno } from "../processes/process-identity.ts";

/** Resource that a control group can limit. */
export type Resource = "memory" | "processes" | "cpu";

/** Control group hierarchy that can limit a resource for this process. */
export interface Controller {
  readonly version: 1 | 2;
  /** Mount point of the whole hierarchy, as this process sees it. */
  readonly mountPath: string;
  /** Path of this process's own group in the hierarchy. */
  readonly ownPath: string;
}

const kernelNames: Readonly<Record<Resource, string>> = { memory: "memory", processes: "pids", cpu: "cpu" };

/**
 * Finds the controllers of this machine. Version 1 has a hierarchy for each controller; version 2 has a single one for all controllers
 * (cgroups(7)).
 */
export function findControllers(read: (path: string) => string = readText): Map<Resource, Controller> {
  const mounts = parseMounts(read("/proc/self/mountinfo"));
  const groups = parseGroups(read("/proc/self/cgroup"));
  const found = new Map<Resource, Controller>();
  for (const [resource, name] of Object.entries(kernelNames) as [Resource, string][]) {
    const first = mounts.find(({ type, options }) => type === "cgroup" && options.includes(name));
    if (first !== undefined) {
      found.set(resource, place(1, first, groups.get(name)));
      continue;
    }
    const second = mounts.find(({ type }) => type === "cgroup2");
    if (second === undefined) continue;
    const controller = place(2, second, groups.get(""));
    const available = readIfThere(read, `${controller.ownPath}/cgroup.controllers`).split(/\s+/);
    if (available.includes(name)) found.set(resource, controller);
  }
  return found;
}

interface Mount {
  readonly type: string;
  readonly root: string;
  readonly path: string;
  readonly options: readonly string[];
}

function place(version: 1 | 2, { root, path }: Mount, group = "/"): Controller {
  // In a container, the mounted hierarchy may start at a group other than the root. The group's path is still relative to the root.
  const below = root === "/" ? group : group.startsWith(`${root}/`) ? group.slice(root.length) : "";
  const ownPath = below.includes("..") ? path : `${path}${below}`.replace(/\/+$/, "");
  return { version, mountPath: path, ownPath };
}

/** Parses proc_pid_mountinfo(5). The fields after a single dash are the type, the source and the file system's options. */
function parseMounts(text: string): Mount[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [front, back] = line.split(" - ") as [string, string];
      const [, , , root, path] = front.split(" ") as [string, string, string, string, string];
      const [type, , options] = back.split(" ") as [string, string, string];
      return { type, root: unescapePath(root), path: unescapePath(path), options: options.split(",") };
    });
}

/** Parses proc_pid_cgroup(5), whose lines are number:controllers:path. The list of controllers is empty in version 2. */
function parseGroups(text: string): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, names, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    for (const name of names?.split(",") ?? []) groups.set(name, path!);
  }
  return groups;
}

function unescapePath(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function readIfThere(read: (path: string) => string, path: string): string {
  try {
    return read(path);
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return "";
    throw cause;
  }
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}
