import { readFileSync } from "node:fs";
import { reason } from "../core/base/index.ts";
import { configureHostGit, hostGitUser, stopHostGit, whyUnconfined } from "../host-git/host-git.ts";
import type { Resource } from "../sandbox/cgroup/find-controllers.ts";
import { findProblems } from "../sandbox/cgroup/open-parents.ts";
import type { SandboxCheck } from "../sandbox/plug-in.ts";
import { findSandbox } from "../sandbox/plug-ins.ts";
import { buildFilter } from "../sandbox/seccomp/build-filter.ts";
import { type Check, failed, passed } from "./check.ts";
import { checkSandboxGuards, type SandboxesInput } from "./check-sandboxes.ts";

/**
 * What holds a hostile program on this machine, one row a guard. None is required but that of the chosen sandbox: sandboxes run without
 * those that a machine cannot give, and a person should know. `trial` is the result of a sandbox that was started.
 */
export async function checkGuards(input: {
  readonly isRoot: boolean;
  readonly sandboxes: SandboxesInput;
  readonly trial: Check | null;
}): Promise<Check[]> {
  const { missingIsolation } = findSandbox(input.sandboxes.chosen);
  if (missingIsolation !== null) {
    const { detail, fix } = missingIsolation;
    return [guard("all of them", detail, fix), await checkHostGit(input.isRoot)];
  }
  return [
    checkOwnUser(input.isRoot),
    await checkHostGit(input.isRoot),
    checkNamespaces(input.trial),
    checkSystemCalls(),
    checkCrashes(),
    checkFolderSizes(input.trial),
    ...checkLimits(findProblems()),
    ...(await checkSandboxGuards(input.sandboxes)).map(guardOfSandbox),
  ];
}

function checkOwnUser(isRoot: boolean): Check {
  if (isRoot) return guard("own user", "each session has a user id of its own");
  return guard(
    "own user",
    "all sandboxes run as the server's own user",
    "Start Tembo as root (as a service): it gives each session an unprivileged user of its own.",
  );
}

/** Git outside every sandbox: whom it runs as, and what it sees. */
async function checkHostGit(isRoot: boolean): Promise<Check> {
  const name = "host git";
  await configureHostGit({ user: hostGitUser(65_536) });
  try {
    const why = await whyUnconfined();
    if (why === null)
      return guard(
        name,
        isRoot
          ? "it has a user, namespaces and a root folder of its own"
          : "it has namespaces and a root folder of its own, and the user of the server",
      );
    const fix = isRoot
      ? "Install Perl, and run Tembo where root may mount (in Docker: --cap-add SYS_ADMIN --security-opt apparmor=unconfined)."
      : "Allow user namespaces (Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0), or start Tembo as root.";
    return guard(name, `it sees all that its user may: ${why}`, fix);
  } catch (cause) {
    return guard(name, reason(cause), "Install Perl (Debian, Ubuntu: apt-get install perl-base).");
  } finally {
    await stopHostGit();
  }
}

function checkNamespaces(trial: Check | null): Check {
  if (trial === null || trial.ok) return guard("user namespaces", "unprivileged users may make them");
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

/** core(5): a limit of no core files does not hold for a program that takes them by a pipe, and that runs as root, outside. */
export function checkCrashes(
  pattern = readFileSync("/proc/sys/kernel/core_pattern", "latin1").trim(),
): Check {
  const name = "crashes stay inside";
  if (!pattern.startsWith("|")) return guard(name, "no program of this machine is given what a crash leaves");
  return guard(
    name,
    `each crash in a sandbox is given to ${pattern.slice(1).split(" ")[0]}, as root`,
    'Unless it is needed, run "sysctl -w kernel.core_pattern=core" as root.',
  );
}

function checkFolderSizes(trial: Check | null): Check {
  const name = "size of /tmp, /run and /dev/shm";
  if (trial === null || trial.ok) return guard(name, "limited");
  return guard(name, "no sandbox runs here", `See ${trial.name} above.`);
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

/** The guard of a sandbox that was not chosen is optional, and so is told like the others. */
function guardOfSandbox({ name, detail, fix, isRequired }: SandboxCheck): Check {
  if (fix !== null && isRequired) return failed(name, detail, fix, true);
  return fix === null ? guard(name, detail) : guard(name, detail, fix);
}

/** Without a fix it holds. */
function guard(name: string, detail: string, fix?: string): Check {
  const full = `guard: ${name}`;
  return fix === undefined
    ? passed(full, detail, false)
    : failed(full, `does not hold: ${detail}`, fix, false);
}
