import { paths } from "../../base/index.ts";
import { repositoryUrl } from "../../forges/index.ts";
import { decideLimits } from "../../sessions/index.ts";
import type { Sandbox, SandboxLimits, SandboxSpec } from "../sandbox/sandbox.ts";
import type { ReachableSubmodule } from "./checkout.ts";
import type { WorkContext } from "./turn-context.ts";
import { gitPath, workspaceOf } from "./workspace-layout.ts";

export type SandboxWish = Pick<SandboxSpec, "readOnlyPaths" | "isWorkspaceReadOnly" | "system"> & {
  readonly submodules?: readonly ReachableSubmodule[];
};

/** Opens the session's sandbox. The mirrors and the harness must exist, because they are mounted in it. */
export function openSandbox(context: WorkContext, wish: SandboxWish): Promise<Sandbox> {
  return context.ports.sandboxes.create(sandboxSpecOf(context, wish));
}

export function sandboxSpecOf(
  context: WorkContext,
  { readOnlyPaths, isWorkspaceReadOnly, system, submodules = [] }: SandboxWish,
): SandboxSpec {
  const { dataDir, publicUrl } = context.ports.settings;
  return {
    workspace: workspaceOf(context),
    readOnlyPaths: [
      ...context.checkouts.map((checkout) => paths.mirror(dataDir, checkout.repository.id)),
      ...readOnlyPaths,
    ],
    isWorkspaceReadOnly,
    limits: limitsOf(context),
    gitRoutes: [
      ...context.checkouts.map(({ repository }) => repositoryUrl(publicUrl, repository)),
      ...submodules.map(({ url }) => url),
    ].map((url, index) => ({ url, path: gitPath(index) })),
    trustedCertificate: context.authority?.certificate ?? null,
    system,
  };
}

/** Returns the limits of the session's sandbox size on this machine. */
export function limitsOf({ ports, session }: Pick<WorkContext, "ports" | "session">): SandboxLimits {
  const { cpus, memoryBytes } = decideLimits(session.sandboxSize, ports.settings.machine);
  return {
    cpus,
    memoryBytes,
    processes: ports.settings.sandboxProcesses,
    diskBytes: ports.settings.sandboxDiskBytes,
    files: ports.settings.sandboxFiles,
  };
}
