import { readFileSync } from "node:fs";
import { reason } from "../core/base/index.ts";
import { configureHostGit, hostGitUser, stopHostGit, whyUnconfined } from "../host-git/host-git.ts";
import type { Resource } from "../sandbox/cgroup/find-controllers.ts";
import { findProblems } from "../sandbox/cgroup/open-parents.ts";
import type { SandboxCheck } from "../sandbox/plug-in.ts";
import { getSandbox } from "../sandbox/plug-ins.ts";
import { buildFilter } from "../sandbox/seccomp/build-filter.ts";
import { type Check, failed, passed } from "./check.ts";
import { checkSandboxGuards, type SandboxesInput } from "./check-sandboxes.ts";

/**
 * Checks the guards that confine a hostile program on this machine. Returns one row per guard, or a single row for all
 * of them if the chosen sandbox does not isolate programs. The guard of host git always has its own row. Only the guard
 * of the chosen sandbox is required. Sandboxes can run without the other guards, but the report informs the operator
 * about them. `trial` is the result of starting a sandbox.
 */
export async function checkGuards(input: {
  readonly isRoot: boolean;
  /** False if the operator refuses containers. */
  readonly allowsContainers: boolean;
  readonly sandboxes: SandboxesInput;
  readonly trial: Check | null;
}): Promise<Check[]> {
  const { missingIsolation, runsContainers = false } = getSandbox(input.sandboxes.chosen);
  if (missingIsolation !== null) {
    const { detail, fix } = missingIsolation;
    return [guard("all guards", detail, fix), await checkHostGit(input.isRoot)];
  }
  return [
    checkOwnUser(input.isRoot),
    await checkHostGit(input.isRoot),
    checkNamespaces(input.trial),
    checkSystemCalls(),
    checkCrashes(),
    checkFolderSizes(input.trial),
    checkContainers(input, runsContainers),
    ...checkLimits(findProblems()),
    ...(await checkSandboxGuards(input.sandboxes)).map(guardOfSandbox),
  ];
}

function checkOwnUser(isRoot: boolean): Check {
  if (isRoot) return guard("own user", "each session has its own user ID");
  return guard(
    "own user",
    "all sandboxes run as the server's user",
    "Run Tembo as a service, as root. Each session then gets its own unprivileged user.",
  );
}

/** Checks the user and the confinement of host git, which runs outside every sandbox. Starts host git, and stops it afterwards. */
async function checkHostGit(isRoot: boolean): Promise<Check> {
  const name = "host git";
  await configureHostGit({ user: hostGitUser(65_536) });
  try {
    const why = await whyUnconfined();
    if (why === null)
      return guard(
        name,
        isRoot
          ? "it has its own user, namespaces and root folder"
          : "it has its own namespaces and root folder, and runs as the server's user",
      );
    const fix = isRoot
      ? "Install Perl, and run Tembo where root may mount (in Docker: --cap-add SYS_ADMIN --security-opt apparmor=unconfined)."
      : "Allow user namespaces (Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0), or start Tembo as root.";
    return guard(name, `it can access everything that its user can: ${why}`, fix);
  } catch (cause) {
    return guard(name, reason(cause), "Install Perl (Debian, Ubuntu: apt-get install perl-base).");
  } finally {
    await stopHostGit();
  }
}

function checkNamespaces(trial: Check | null): Check {
  if (trial === null || trial.ok) return guard("user namespaces", "unprivileged users can create them");
  return guard("user namespaces", "no sandbox runs here", `See ${trial.name} above.`);
}

function checkSystemCalls(status = readFileSync("/proc/self/status", "latin1")): Check {
  const name = "system call filter";
  try {
    const { length } = buildFilter();
    if (/^Seccomp:/m.test(status)) return guard(name, `${length / 8} instructions for ${process.arch}`);
    return guard(name, "the kernel was built without seccomp", "Use a kernel with CONFIG_SECCOMP_FILTER=y.");
  } catch (cause) {
    return guard(name, reason(cause), "Run Tembo on a machine with an x64 or arm64 processor.");
  }
}

/**
 * Checks core_pattern. A program that receives core dumps through a pipe runs as root, outside the sandbox, and the core file limit does
 * not apply to it (core(5)).
 */
export function checkCrashes(
  pattern = readFileSync("/proc/sys/kernel/core_pattern", "latin1").trim(),
): Check {
  const name = "crashes stay inside";
  if (!pattern.startsWith("|")) return guard(name, "no program on this machine receives core dumps");
  return guard(
    name,
    `${pattern.slice(1).split(" ")[0]} receives the core dump of each crash in a sandbox, as root`,
    'If you do not need it, run "sysctl -w kernel.core_pattern=core" as root.',
  );
}

function checkFolderSizes(trial: Check | null): Check {
  const name = "size of /tmp, /run and /dev/shm";
  if (trial === null || trial.ok) return guard(name, "limited");
  return guard(name, "no sandbox runs here", `See ${trial.name} above.`);
}

function checkContainers(
  { isRoot, allowsContainers }: { readonly isRoot: boolean; readonly allowsContainers: boolean },
  runsContainers: boolean,
): Check {
  const name = "no containers of projects";
  if (!allowsContainers) return guard(name, "the server refuses them");
  if (!isRoot || !runsContainers) return guard(name, "this sandbox cannot run them");
  return guard(
    name,
    "people of an organization can allow them for a project, whose programs then reach much more code of the kernel",
    "If several organizations use this server, or you do not trust all repositories, set TEMBO_CONTAINERS=refused.",
  );
}

const limitNames: Readonly<Record<Resource, string>> = {
  memory: "memory limit",
  processes: "process limit",
  cpu: "processor limit",
};

function checkLimits(problems: ReadonlyMap<Resource, string>): Check[] {
  return (Object.keys(limitNames) as Resource[]).map((resource) => {
    const problem = problems.get(resource);
    if (problem === undefined) return guard(limitNames[resource], "by a control group for each session");
    return guard(
      limitNames[resource],
      problem,
      "Start Tembo as root, or as a systemd service with Delegate=yes; in a container, mount /sys/fs/cgroup writable (Docker: --cgroupns=private --privileged).",
    );
  });
}

/** Converts the result of a sandbox's guard check. The guard of a sandbox that was not chosen is optional, like the other guards. */
function guardOfSandbox({ name, detail, fix, isRequired }: SandboxCheck): Check {
  if (fix !== null && isRequired) return failed(name, detail, fix, true);
  return fix === null ? guard(name, detail) : guard(name, detail, fix);
}

/** Returns the row of a guard, which is in effect if `fix` is absent. */
function guard(name: string, detail: string, fix?: string): Check {
  const full = `guard: ${name}`;
  return fix === undefined
    ? passed(full, detail, false)
    : failed(full, `not in effect: ${detail}`, fix, false);
}
