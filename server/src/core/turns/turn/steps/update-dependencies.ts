import { appendEvent, refreshOnChange } from "../../../sessions/index.ts";
import { dependencyCommands, lockfiles } from "../../environment/dependency-commands.ts";
import type { Checkout } from "../checkout.ts";
import { sessionEnvironment, type TurnContext } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { checkoutPathOf } from "../workspace-layout.ts";
import { runShell } from "./run-hooks.ts";

const maxShownLength = 4_000;

/**
 * Installs the dependencies of the repositories whose lockfiles have changed since the environment was built, and
 * appends a notice for each command. Requests a build if the project refreshes its environment on changes.
 */
export async function updateDependencies(
  context: TurnContext,
  repositoryIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { ports, project, checkouts, lease } = context;
  if (project === null || repositoryIds.length === 0) return;
  await refreshOnChange(ports, project);
  if (!project.installsDependencies) return;
  const outdated = checkouts.filter(({ repository }) => repositoryIds.includes(repository.id));
  await withSandbox(context, signal, {
    isWorkspaceReadOnly: false,
    work: async (sandbox, _endpoints, worked) => {
      for (const checkout of outdated) {
        const { directory } = checkout.use;
        for (const { command, lockfile } of dependencyCommands(await lockfilesIn(context, checkout))) {
          const { exitCode, output } = await runShell(
            sandbox,
            {
              command,
              cwd: `${sandbox.workspacePath}/${directory}`,
              env: sessionEnvironment(context),
              masker: context.masker,
            },
            worked,
          );
          worked.throwIfAborted();
          const shown = exitCode === 0 ? "" : `\n${output.trim().slice(-maxShownLength)}`;
          await appendEvent(context, `dependencies:${lease.attempt}:${directory}:${lockfile}`, {
            type: "notice",
            message: `${directory}: ${lockfile} has changed since the environment was built. ${command} exited with code ${exitCode}.${shown}`,
          });
        }
      }
    },
  });
}

async function lockfilesIn(context: TurnContext, checkout: Checkout): Promise<ReadonlySet<string>> {
  const root = checkoutPathOf(context, checkout);
  const found = new Set<string>();
  for (const name of lockfiles) if (await context.ports.workspaceFiles.isFile(root, name)) found.add(name);
  return found;
}
