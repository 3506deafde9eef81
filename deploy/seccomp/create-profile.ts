/**
 * Prints the seccomp profile of containers in which Tembo starts sandboxes:
 * node deploy/seccomp/create-profile.ts /usr/share/containers/seccomp.json >deploy/seccomp/tembo.json
 *
 * The argument is the default profile of podman and CRI-O. The result has no conditions on capabilities and architectures, because containerd
 * does not evaluate them.
 */
import { readFileSync } from "node:fs";

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly object[] | null;
  readonly includes?: Condition;
  readonly excludes?: Condition;
}

interface Condition {
  readonly caps?: readonly string[];
  readonly arches?: readonly string[];
}

/** Calls of bubblewrap that the default profile allows only with CAP_SYS_ADMIN. The kernel still requires this capability, in the caller's user namespace. */
const addedCalls = ["sethostname", "setdomainname", "setns"];
/** Conditions that are true for a container without further capabilities, on the processors for which Tembo runs. */
const arches = ["amd64", "arm64"];
const architectures = ["X86_64", "X86", "X32", "AARCH64", "ARM"].map((name) => `SCMP_ARCH_${name}`);

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("Specify the default profile, such as /usr/share/containers/seccomp.json.");
  process.exit(2);
}
const stock: { defaultAction: string; defaultErrnoRet: number; syscalls: readonly Rule[] } = JSON.parse(
  readFileSync(path, "utf8"),
);
const rules = stock.syscalls.filter(isActive).map(withoutAddedCalls);
const profile = {
  defaultAction: stock.defaultAction,
  defaultErrnoRet: stock.defaultErrnoRet,
  architectures,
  syscalls: [...rules.filter(({ names }) => names.length > 0), allow(addedCalls)],
};
console.log(JSON.stringify(profile, null, 2));

function isActive({ includes = {}, excludes = {} }: Rule): boolean {
  return (
    (includes.caps ?? []).length === 0 &&
    (includes.arches?.some((arch) => arches.includes(arch)) ?? true) &&
    !excludes.arches?.some((arch) => arches.includes(arch))
  );
}

function withoutAddedCalls({ names, action, errnoRet, args }: Rule): Rule {
  return {
    names: names.filter((name) => !addedCalls.includes(name)),
    action,
    ...(errnoRet === undefined ? {} : { errnoRet }),
    ...(args === null || args === undefined || args.length === 0 ? {} : { args }),
  };
}

function allow(names: readonly string[]): Rule {
  return { names, action: "SCMP_ACT_ALLOW" };
}
