import { asSentence } from "../../../base/index.ts";
import type { AgentRun, AgentRunStatus } from "../../../sessions/index.ts";
import type { AutomationPorts, AutomationTransaction } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { enableStarts } from "../start/enable-starts.ts";
import { decideEnding, decidePause } from "./decide-ending.ts";

type EndPorts = Pick<AutomationPorts, "store" | "clock" | "cron">;

/** Maximum number of runs to end per call. */
const maxAtOnce = 100;

/** Ends the runs whose first turn has ended. Several servers may call this concurrently. Each run ends only once. */
export async function endWorkedRuns(ports: EndPorts): Promise<void> {
  for (const worked of await ports.store.agentRuns.worked(maxAtOnce))
    await endRun(ports, worked.run, decideEnding(worked));
}

/** Ends a run, and pauses its agent after too many consecutive failures. Does nothing if the run has already ended. */
export async function endRun(
  ports: EndPorts,
  run: Pick<AgentRun, "id" | "agentId">,
  ending: { readonly status: AgentRunStatus; readonly errorMessage: string | null },
): Promise<void> {
  const at = ports.clock.now();
  await ports.store.transaction(async (tx) => {
    const agent = await tx.agents.lock(run.agentId);
    if (agent === null || !(await tx.agentRuns.end(run.id, { ...ending, at }))) return;
    if (ending.status === "failed") await pauseWhenItFails(ports, tx, { agent, ending, at });
  });
}

async function pauseWhenItFails(
  ports: EndPorts,
  tx: AutomationTransaction,
  failed: {
    readonly agent: Agent;
    readonly ending: { readonly errorMessage: string | null };
    readonly at: Date;
  },
): Promise<void> {
  const { agent, ending, at } = failed;
  const { pauseAfterFailures } = agent.runPolicy;
  if (agent.enabledAt === null || pauseAfterFailures === null) return;
  const endings = await tx.agentRuns.latestEndings(agent.id, agent.enabledAt, pauseAfterFailures);
  if (!decidePause(endings, pauseAfterFailures)) return;
  const last = (ending.errorMessage ?? "").slice(0, 1_000);
  const failures =
    pauseAfterFailures === 1 ? "A run failed" : `${pauseAfterFailures} consecutive runs failed`;
  const reason = last === "" ? `${failures}.` : `${failures}. Last error: ${asSentence(last)}`;
  const paused = { ...agent, enabledAt: null, paused: { at, reason }, updatedAt: later(at, agent.updatedAt) };
  await tx.agents.update(paused);
  await enableStarts(ports, tx, paused, at);
}

const later = (at: Date, than: Date) => new Date(Math.max(at.getTime(), than.getTime() + 1));
