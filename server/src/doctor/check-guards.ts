import { readFileSync } from "node:fs";
import { reason } from "../core/base/index.ts";
import { configureHostGit, hostGitUser, stopHostGit, whyUnconfined } from "../host-git/host-git.ts";
import type { Resource } from "../sandbox/cgroup/find-controllers.ts";
import { findProblems } from "../sandbox/cgroup/open-parents.ts";
import { buildFilter } from "../sandbox/seccomp/build-filter.ts";
import { type Check, failed, passed } from "./check.ts";
import { runTool } from "./run-tool.ts";

/**
 * What holds a hostile program on this machine, one row a guard. None but the chosen gVisor is required: sandboxes run without those that a
 * machine cannot give, and a person should know. `sandboxRuns` is the outcome of bubblewrap's trial.
 */
export async function checkGuards(input: {
  readonly path: string;
  readonly isRoot: boolean;
  readonly sandbox: "bubblewrap" | "runsc" | "unsafe-local";
  readonly sandboxRuns: boolean;
}): Promise<Check[]> {
  if (input.sandbox === "unsafe-local") {
    const mend = "Unset TEMBO_SANDBOX. unsafe-local is for machines that hold nothing but Tembo.";
    return [
      guard("all of them", "TEMBO_SANDBOX=unsafe-local: harnesses can do what the server can", mend),
      await checkHostGit(input.isRoot),
    ];
  }
  return [
    checkOwnUser(input.isRoot),
    await checkHostGit(input.isRoot),
    checkNamespaces(input.sandboxRuns),
    checkSystemCalls(),
    checkCrashes(),
    checkFolderSizes(input.sandboxRuns),
    ...checkLimits(findProblems()),
    await checkGvisor(input.path, input.sandbox === "runsc"),
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

function checkNamespaces(sandboxRuns: boolean): Check {
  if (sandboxRuns) return guard("user namespaces", "unprivileged users may make them");
  return guard("user namespaces", "no sandbox runs here", "See bubblewrap above.");
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

function checkFolderSizes(sandboxRuns: boolean): Check {
  const name = "size of /tmp, /run and /dev/shm";
  if (sandboxRuns) return guard(name, "limited");
  return guard(name, "no sandbox runs here", "See bubblewrap above.");
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

async function checkGvisor(path: string, isRequired: boolean): Promise<Check> {
  const { code, output, isMissing } = await runTool(["runsc", "--version"], path);
  if (code === 0) return guard("gVisor", `installed: ${output.split("\n")[0]}`);
  const detail = isMissing
    ? "not installed: sandboxes share this machine's kernel"
    : `runsc does not run: ${output}`;
  if (isRequired) return failed("gVisor", detail, "Install runsc, or set TEMBO_SANDBOX=bubblewrap.", true);
  const mend = "For a kernel of their own, install gVisor's runsc and set TEMBO_SANDBOX=runsc.";
  return guard("gVisor", detail, mend);
}

/** Without a mend it holds. */
function guard(name: string, detail: string, mend?: string): Check {
  const full = `guard: ${name}`;
  return mend === undefined
    ? passed(full, detail, false)
    : failed(full, `does not hold: ${detail}`, mend, false);
}
