import { AppError } from "../core/base/index.ts";
import type { SandboxProvider } from "../core/turns/index.ts";

/**
 * Returns the provider without containers. `create` throws `sandbox_unavailable` for a system that allows them, because a project that was
 * saved earlier or by another server may do so.
 */
export function refuseContainers(provider: SandboxProvider): SandboxProvider {
  return {
    name: provider.name,
    movesWorkspaces: provider.movesWorkspaces ?? false,
    check: () => provider.check(),
    create: async (spec) => {
      if (spec.system !== null && "allowsContainers" in spec.system && spec.system.allowsContainers)
        throw new AppError(
          "sandbox_unavailable",
          'This server refuses containers (TEMBO_CONTAINERS=refused). Set the project\'s "containers" to false, or set TEMBO_CONTAINERS to "allowed" on the server.',
        );
      return provider.create(spec);
    },
    clear: (sessionId) => provider.clear(sessionId),
  };
}
