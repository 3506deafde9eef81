import { paths } from "../../base/index.ts";
import { repositoryUrl } from "../../forges/index.ts";
import { decideLimits } from "../../sessions/index.ts";
import type { SandboxSpec } from "../sandbox/sandbox.ts";
import { gitPath } from "../turn/workspace-layout.ts";
import type { BuildContext } from "./build-context.ts";

/** Describes the sandbox of a build. A builder of images sees no mirror, has no routes for git and trusts no further authority. */
export function sandboxSpecOf(
  { ports, build, checkouts, authority, workspace }: BuildContext,
  system: SandboxSpec["system"],
): SandboxSpec {
  const { dataDir, publicUrl, machine, sandboxProcesses, sandboxDiskBytes, sandboxFiles } = ports.settings;
  const isBuilder = system?.profile === "builder";
  const shown = isBuilder ? [] : checkouts;
  const { cpus, memoryBytes } = decideLimits(build.size, machine);
  return {
    workspace,
    readOnlyPaths: shown.map(({ repository }) => paths.mirror(dataDir, repository.id)),
    isWorkspaceReadOnly: false,
    limits: {
      cpus,
      memoryBytes,
      processes: sandboxProcesses,
      diskBytes: sandboxDiskBytes,
      files: sandboxFiles,
    },
    gitRoutes: shown.map(({ repository }, index) => ({
      url: repositoryUrl(publicUrl, repository),
      path: gitPath(index),
    })),
    trustedCertificate: isBuilder ? null : (authority?.certificate ?? null),
    system,
  };
}
