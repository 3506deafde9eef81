import { AppError, newId, type RequestSender, withReason } from "../../../base/index.ts";
import type { AgentRun, RunPayload } from "../../../sessions/index.ts";
import type { AutomationPorts, AutomationTransaction } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { startRun } from "./start-run.ts";

const maxQueuedRuns = 100;

/** Maximum size of the payload, which is passed in an environment variable. Linux limits a variable to 128 KiB. */
const maxPayloadBytes = 96 * 1024;

type Wish = Pick<AgentRun, "cause" | "payload"> & {
  readonly id?: string;
  readonly triggerName?: string | null;
  /** API request that starts the run, or null for a schedule and a trigger. */
  readonly sender?: RequestSender | null;
};

/**
 * Queues a run that a person or a webhook requested, and starts it if the agent's overlap policy permits this. Throws
 * `invalid_input` if the payload is too large. Throws `conflict` if the agent is archived, if a webhook requests a run
 * of a disabled agent, or if too many runs are queued.
 */
export async function requestRun(
  ports: AutomationPorts,
  agent: Agent,
  wish: {
    readonly cause: "api" | "webhook";
    readonly payload: RunPayload;
    readonly sender: RequestSender;
  },
): Promise<AgentRun> {
  if (isTooLarge(wish.payload)) throw new AppError("invalid_input", `${tooLarge}. Send a smaller payload.`);
  if (agent.archivedAt !== null) throw new AppError("conflict", "The agent is archived. Unarchive it first.");
  if (agent.enabledAt === null && wish.cause === "webhook") throw new AppError("conflict", notEnabled(agent));
  const run = newRun(agent.id, wish, ports.clock.now());
  await ports.store.transaction(async (tx) => {
    await tx.agents.lock(agent.id);
    if ((await tx.agentRuns.countQueued(agent.id)) >= maxQueuedRuns)
      throw new AppError("conflict", `${tooMany}. Try again after some have started.`);
    await tx.agentRuns.insert(run);
  });
  await startRun(ports, run);
  return run;
}

/**
 * Queues a run that a schedule or a trigger starts, in the caller's transaction. If too many runs are queued or the payload is too large, records the
 * run as skipped, with the reason. Does not store a payload that is too large.
 */
export async function queueRun(
  { clock }: Pick<AutomationPorts, "clock">,
  tx: AutomationTransaction,
  agentId: string,
  wish: Wish,
): Promise<AgentRun> {
  const now = clock.now();
  const run = newRun(agentId, wish, now);
  await tx.agents.lock(agentId);
  const skipped = (why: string): AgentRun => ({
    ...run,
    status: "skipped",
    errorMessage: `Skipped: ${why}.`,
    endedAt: now,
  });
  const isTooMany = (await tx.agentRuns.countQueued(agentId)) >= maxQueuedRuns;
  const queued = isTooLarge(wish.payload)
    ? { ...skipped(tooLarge), payload: {} }
    : isTooMany
      ? skipped(tooMany)
      : run;
  await tx.agentRuns.insert(queued);
  return queued;
}

function newRun(agentId: string, wish: Wish, now: Date): AgentRun {
  return {
    id: wish.id ?? newId(now.getTime()),
    agentId,
    status: "queued",
    cause: wish.cause,
    triggerName: wish.triggerName ?? null,
    payload: wish.payload,
    startedByKeyId: wish.sender?.keyId ?? null,
    request: wish.sender?.request ?? null,
    sessionId: null,
    script: null,
    scriptResult: null,
    errorMessage: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    endedAt: null,
  };
}

const isTooLarge = (payload: RunPayload) => Buffer.byteLength(JSON.stringify(payload)) > maxPayloadBytes;

const tooLarge = `The payload is larger than ${maxPayloadBytes / 1024} KiB`;
const tooMany = `This agent already has ${maxQueuedRuns} queued runs`;

function notEnabled({ paused }: Agent): string {
  const why =
    paused === null ? "The agent is not enabled." : withReason("The agent was paused", paused.reason);
  return `${why} Enable the agent first.`;
}
