import { AppError, reason } from "../../../base/index.ts";
import { type AgentRun, prepareSession, storeSession } from "../../../sessions/index.ts";
import type { AutomationPorts, AutomationQueries } from "../../ports.ts";
import { type Agent, noProject } from "../agent.ts";
import { composeRunPrompt } from "./compose-run-prompt.ts";
import { decideOverlap } from "./decide-overlap.ts";
import { endRun } from "./end-run.ts";

/** Thrown if the run must not start now, or no longer needs to. The run does not fail. */
class NotNow extends Error {}

/**
 * Starts a queued run by creating its session. If the agent's overlap policy does not permit this, the run remains queued or is skipped. After an
 * `unavailable` error, such as from an unreachable database, the run remains queued. After any other error, the run fails. Several servers may call
 * this for the same run, but the run starts only once.
 */
export async function startRun(ports: AutomationPorts, run: AgentRun): Promise<void> {
  try {
    const agent = await ports.store.agents.findById(run.agentId);
    if (agent === null) return;
    await requireTurn(ports.store, agent, run.id);
    await createRunSession(ports, agent, run);
  } catch (cause) {
    if (cause instanceof NotNow) return;
    if (cause instanceof Skipped)
      return endRun(ports, run, { status: "skipped", errorMessage: cause.message });
    if (cause instanceof AppError && cause.code === "unavailable") {
      ports.log.warn({ err: cause, runId: run.id }, "a run could not be started; retrying");
      return;
    }
    const isExpected = cause instanceof AppError && cause.code !== "internal";
    if (!isExpected) ports.log.error({ err: cause, runId: run.id }, "a run could not be started");
    const errorMessage = isExpected
      ? reason(cause)
      : "Something went wrong on the server. See the server's log.";
    await endRun(ports, run, { status: "failed", errorMessage });
  }
}

class Skipped extends Error {}

async function createRunSession(ports: AutomationPorts, agent: Agent, run: AgentRun): Promise<void> {
  const prompt = composeRunPrompt(agent, run);
  if (prompt === "")
    throw new AppError("invalid_input", 'The agent has no "instructions". Describe what the agent must do.');
  const { startedByKeyId } = run;
  const startedByUserId = startedByKeyId && (await ports.store.apiKeys.userOf(startedByKeyId));
  const created = await prepareSession(ports, agent.organizationId, {
    origin: { kind: "agentRun", run, startedByUserId },
    prompt,
    title: agent.name,
    agent: agent.agent,
    repositoryIds: agent.repositoryIds,
    sandboxSize: agent.sandboxSize,
    ...(agent.projectId !== null && { projectId: agent.projectId === noProject ? null : agent.projectId }),
    agentOptions: agent.agentOptions,
    mcpServers: agent.mcpServers,
  });
  const { id: sessionId } = created.session;
  await storeSession(ports, created, async (tx, write) => {
    const current = await tx.agents.lock(agent.id);
    if (current === null) throw new NotNow();
    await requireTurn(tx, current, run.id);
    await write();
    await tx.agentRuns.start(run.id, { sessionId, script: agent.script, at: ports.clock.now() });
  });
}

/**
 * Throws `NotNow` or `Skipped` if the run must not start. `startRun` checks again while it holds the agent's lock,
 * which prevents other servers from starting the agent's runs.
 */
async function requireTurn(
  store: Pick<AutomationQueries, "agentRuns">,
  agent: Agent,
  runId: string,
): Promise<void> {
  const current = await store.agentRuns.find(agent.id, runId);
  if (current?.status !== "queued") throw new NotNow();
  const decision = decideOverlap(agent.runPolicy.overlap, await store.agentRuns.busy(agent.id, runId));
  if (decision === "wait") throw new NotNow();
  if (decision === "skip") throw new Skipped("Skipped: another run of this agent was still in progress.");
}
