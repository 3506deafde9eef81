import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Storage } from "../../testing/storage.ts";

export const tag = "localhost/tembo";
const profile = join(import.meta.dirname, "../../../deploy/seccomp/tembo.json");
const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"];

export interface ContainerOptions {
  /** Folders and files of this machine, by their path in the container. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Folders that root in the container owns, by their path in the container. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Options of podman in place of those that docs/guides/containers.md requires. */
  readonly security?: readonly string[];
  /** Capabilities in addition to those that docs/guides/containers.md requires. */
  readonly addedCapabilities?: readonly string[];
  /** Number of user IDs that the container has, as in a pod with its own user namespace. By default, it has those of the machine. */
  readonly userIds?: number;
}

/** Options that docs/guides/containers.md requires. */
export const required = {
  seccomp: ["--security-opt", `seccomp=${profile}`],
  proc: ["--security-opt", "systempaths=unconfined"],
};

/** Runs containers with the programs of this machine's podman and the network of this machine, as there may be no firewall for another one. */
export function containersOf({ env }: Storage) {
  const podmanEnv = { ...env, PODMAN_IGNORE_CGROUPSV1_WARNING: "1" };
  const argumentsOf = ({
    mounts = {},
    folders = {},
    security,
    addedCapabilities = [],
    userIds,
  }: ContainerOptions) => [
    // crun does not support hosts with both versions of control groups.
    ...(isInstalled("runc") ? ["--runtime", "runc"] : []),
    ...["run", "--rm", "--network", "host", "--cap-drop", "ALL"],
    ...[...capabilities, ...addedCapabilities].flatMap((name) => ["--cap-add", name]),
    ...(security ?? [...required.seccomp, ...required.proc]),
    ...(userIds === undefined
      ? []
      : ["--uidmap", `0:${firstId}:${userIds}`, "--gidmap", `0:${firstId}:${userIds}`]),
    ...Object.entries(mounts).flatMap(([inside, outside]) => ["--volume", `${outside}:${inside}`]),
    ...Object.entries(folders).flatMap(([inside, outside]) => ["--volume", `${outside}:${inside}:U`]),
  ];
  return {
    /** Runs a shell script in a container. Returns its exit code and its output. */
    runScript(script: string, options: ContainerOptions = {}) {
      const { status, stdout, stderr, error } = spawnSync(
        "podman",
        [...argumentsOf(options), "--entrypoint", "/bin/sh", tag, "-euc", script],
        { env: podmanEnv, encoding: "utf8", timeout: 120_000 },
      );
      if (error !== undefined) throw error;
      return { status, output: `${stdout}${stderr}` };
    },
    /** Starts a command of Tembo in a container. A signal to the child stops the container. */
    start(command: string, variables: Readonly<Record<string, string>>, options: ContainerOptions = {}) {
      const settings = Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
      return spawn("podman", [...argumentsOf(options), ...settings, tag, command], {
        env: podmanEnv,
        stdio: ["ignore", "pipe", "pipe"],
      });
    },
  };
}

/** Far above the IDs of this machine's users. */
const firstId = 1_000_000_000;

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}
