import { appendEvent, optionsOf } from "../../../sessions/index.ts";
import { sessionEnvironment, type TurnContext } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { runShell } from "./run-hooks.ts";
import { skippedByScript } from "./script-result.ts";

/** True for the first turn of an agent's run that has a script. */
export const hasAgentScript = ({ turn, run }: Pick<TurnContext, "turn" | "run">): boolean =>
  turn.number === 1 && run?.script != null;

/**
 * Runs the agent run's script, stores its result and appends a notice with its output. Returns null to continue, or the
 * reason why the run is skipped.
 */
export async function runAgentScript(context: TurnContext, signal: AbortSignal): Promise<string | null> {
  const command = context.run?.script ?? "";
  const result = await withSandbox(context, signal, {
    isWorkspaceReadOnly: optionsOf(context).mode === "plan",
    keptFor: "nextStep",
    work: async (sandbox, _endpoints, worked) => {
      const env = sessionEnvironment(context);
      const ended = await runShell(
        sandbox,
        { command, cwd: sandbox.workspacePath, env, masker: context.masker },
        worked,
      );
      worked.throwIfAborted();
      return ended;
    },
  });
  await context.ports.store.agentRuns.setScriptResult(context.lease, result);
  const { exitCode, output } = result;
  await appendEvent(context, `script:${context.lease.attempt}`, {
    type: "notice",
    message: `The agent's script exited with code ${exitCode}.${output.trim() === "" ? "" : `\n${output.trim()}`}`,
  });
  return exitCode === 0 ? null : skippedByScript(result);
}
