import { appendEvent, refreshOnChange } from "../../../sessions/index.ts";
import {
  dependencyCommands,
  guardedCommand,
  lockfiles,
  missingProgram,
} from "../../environment/dependency-commands.ts";
import type { Checkout } from "../checkout.ts";
import { sessionEnvironment, type TurnContext } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { checkoutPathOf } from "../workspace-layout.ts";
import type { OutdatedRepository } from "./provision-turn.ts";
import { runShell } from "./run-hooks.ts";

const maxShownLength = 4_000;

/**
 * Installs the dependencies of the repositories whose lockfiles have changed since the environment was built, and
 * appends a notice for each command. Requests a build if the project refreshes its environment on changes.
 */
export async function updateDependencies(
  context: TurnContext,
  outdated: readonly OutdatedRepository[],
  signal: AbortSignal,
): Promise<void> {
  const { ports, project, checkouts, lease } = context;
  if (project === null || outdated.length === 0) return;
  await refreshOnChange(ports, project);
  if (!project.installsDependencies) return;
  await withSandbox(context, signal, {
    isWorkspaceReadOnly: false,
    keptFor: "nextStep",
    work: async (sandbox, _endpoints, worked) => {
      for (const checkout of checkouts) {
        const { directory } = checkout.use;
        const changed = outdated.find(({ repositoryId }) => repositoryId === checkout.repository.id);
        if (changed === undefined) continue;
        for (const wanted of dependencyCommands(await lockfilesIn(context, checkout))) {
          const { program, command, lockfile } = wanted;
          if (!changed.lockfiles.includes(lockfile)) continue;
          const { exitCode, output } = await runShell(
            sandbox,
            {
              command: guardedCommand(wanted),
              cwd: `${sandbox.workspacePath}/${directory}`,
              env: sessionEnvironment(context),
              masker: context.masker,
            },
            worked,
          );
          worked.throwIfAborted();
          const result =
            exitCode === missingProgram
              ? `Its dependencies were not installed, because this system has no ${program}.`
              : `${command} exited with code ${exitCode}.`;
          const shown = exitCode === 0 ? "" : `\n${output.trim().slice(-maxShownLength)}`.trimEnd();
          await appendEvent(context, `dependencies:${lease.attempt}:${directory}:${lockfile}`, {
            type: "notice",
            message: `${directory}: ${lockfile} has changed since the environment was built. ${result}${shown}`,
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
