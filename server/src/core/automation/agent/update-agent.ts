import { AppError } from "../../base/index.ts";
import { fingerprintOf } from "../../turns/index.ts";
import type { AutomationPorts, AutomationTransaction } from "../ports.ts";
import type { Agent, AgentRevision, RunPolicy } from "./agent.ts";
import { checkAgent } from "./check-agent.ts";
import { type AgentWords, keyTaken } from "./create-agent.ts";
import { getAgent } from "./get-agent.ts";
import { lockAgent } from "./lock-agent.ts";
import { enableStarts } from "./start/enable-starts.ts";

type AgentPorts = Pick<
  AutomationPorts,
  "store" | "clock" | "cron" | "harnesses" | "modelProviders" | "settings"
>;

export interface AgentChange extends Partial<AgentWords> {
  readonly isEnabled?: boolean;
  readonly isArchived?: boolean;
  readonly runPolicy?: Partial<RunPolicy>;
}

interface Which {
  readonly organizationId: string;
  readonly id: string;
  /** ID of the API key or sign-in that makes the change, or null if it is unknown. */
  readonly authorId: string | null;
  /** The `updatedAt` that the caller has read. A different current value causes a `conflict`. */
  readonly expectedUpdatedAt?: Date;
}

/**
 * Updates only the given fields, and saves changed instructions as a new version. Enables or disables the agent's schedules and triggers together
 * with the agent. Enabling also ends a pause and restores an archived agent. Archiving disables the agent. Throws `not_found` if the organization has
 * no such agent, `invalid_input` if a field is not valid, or `conflict` if the key is taken or the agent was changed in the meantime.
 */
export async function updateAgent(ports: AgentPorts, which: Which, change: AgentChange): Promise<Agent> {
  const known = await getAgent(ports, which.organizationId, which.id);
  const now = ports.clock.now();
  await checkAgent(ports, changed(known, change, now));
  return ports.store.transaction(async (tx) => {
    const current = await lockAgent(tx, which.id);
    requireUnchanged(current, which, now);
    const next = changed(current, change, now);
    const isNewVersion =
      change.instructions !== undefined && !isSame(current.instructions, change.instructions);
    return write(
      ports,
      tx,
      { current, next, now },
      isNewVersion ? revision(next, which.authorId, "update") : null,
    );
  });
}

/**
 * Restores an earlier version of the instructions as a new version. Throws `not_found` if the agent or the version does not exist, or `conflict` if
 * the instructions are no longer at `expectedVersion`.
 */
export async function restoreRevision(
  ports: AgentPorts,
  which: Which,
  { version, expectedVersion }: { readonly version: number; readonly expectedVersion: number },
): Promise<Agent> {
  await getAgent(ports, which.organizationId, which.id);
  const now = ports.clock.now();
  return ports.store.transaction(async (tx) => {
    const current = await lockAgent(tx, which.id);
    const earlier = await tx.agents.findRevision(which.id, version);
    if (earlier === null)
      throw new AppError("not_found", `This agent's instructions have no version ${version}.`);
    if (current.contentVersion !== expectedVersion)
      throw new AppError(
        "conflict",
        `The instructions are at version ${current.contentVersion}, not ${expectedVersion}. Retrieve them again before you change them.`,
      );
    const next = { ...current, instructions: earlier.instructions, updatedAt: later(now, current.updatedAt) };
    return write(
      ports,
      tx,
      { current, next, now },
      {
        ...revision(next, which.authorId, "restore"),
        restoredFrom: version,
      },
    );
  });
}

async function write(
  ports: Pick<AutomationPorts, "cron">,
  tx: AutomationTransaction,
  { current, next, now }: { readonly current: Agent; readonly next: Agent; readonly now: Date },
  newRevision: Omit<AgentRevision, "version" | "createdAt"> | null,
): Promise<Agent> {
  const contentVersion = newRevision === null ? current.contentVersion : current.contentVersion + 1;
  const agent = { ...next, contentVersion };
  if (!(await tx.agents.update(agent))) throw keyTaken(agent);
  if (newRevision !== null)
    await tx.agents.insertRevision({ ...newRevision, version: contentVersion, createdAt: now });
  if ((current.enabledAt === null) !== (agent.enabledAt === null)) await enableStarts(ports, tx, agent, now);
  return agent;
}

function changed(current: Agent, change: AgentChange, now: Date): Agent {
  const { isEnabled, isArchived, runPolicy, ...words } = change;
  const agent = {
    ...current,
    ...words,
    runPolicy: { ...current.runPolicy, ...runPolicy },
    updatedAt: later(now, current.updatedAt),
  };
  if (isArchived === true) return { ...agent, archivedAt: current.archivedAt ?? now, enabledAt: null };
  if (isEnabled === true)
    return { ...agent, enabledAt: current.enabledAt ?? now, paused: null, archivedAt: null };
  return {
    ...agent,
    ...(isArchived === false && { archivedAt: null }),
    ...(isEnabled === false && { enabledAt: null }),
  };
}

/**
 * Throws `conflict` if the agent was changed since the caller read it. Also accepts the time of this change: a
 * transaction that is retried after a lost commit response finds its own change.
 */
function requireUnchanged(current: Agent, { expectedUpdatedAt }: Which, now: Date): void {
  if (expectedUpdatedAt === undefined) return;
  const at = current.updatedAt.getTime();
  if (at === expectedUpdatedAt.getTime() || at === later(now, expectedUpdatedAt).getTime()) return;
  throw new AppError(
    "conflict",
    `The agent was changed at ${current.updatedAt.toISOString()}, after you retrieved it. Retrieve it again before you change it.`,
  );
}

const revision = (agent: Agent, authorId: string | null, source: AgentRevision["source"]) => ({
  agentId: agent.id,
  instructions: agent.instructions,
  source,
  authorId,
  restoredFrom: null,
});

/**
 * Returns the time of a change: `now`, but at least 1 ms after `than`. Two changes never have the same time, so the time shows whether the agent was
 * changed.
 */
const later = (now: Date, than: Date) => new Date(Math.max(now.getTime(), than.getTime() + 1));
const isSame = (one: unknown, other: unknown) => fingerprintOf(one) === fingerprintOf(other);
