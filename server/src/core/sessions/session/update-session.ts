import {
  formatAgentKey,
  parseAgentKey,
  requireHarness,
  requireMcpConnections,
  requireModel,
} from "../../access/index.ts";
import { effectiveSettings, getOrganization, type Viewer } from "../../accounts/index.ts";
import { AppError, newId, normalizeLabels, refuseNul } from "../../base/index.ts";
import { requireBranchName } from "../../forges/index.ts";
import type { SessionsPorts } from "../ports.ts";
import { usableProjectId } from "../project/choose-project.ts";
import { requireUsableProject } from "../project/get-project.ts";
import { requireSize } from "../project/project-size.ts";
import { archive, unarchive } from "./archive-session.ts";
import { getSession } from "./get-session.ts";
import { type AgentOptionsInput, readAgentOptions } from "./read-agent-options.ts";
import { isMadeBy } from "./require-visible.ts";
import type { SandboxSize } from "./sandbox-size.ts";
import type { Session, Visibility } from "./session.ts";
import type { SessionChange } from "./session-store.ts";

/** Changes to a session. Absent fields remain unchanged. */
export interface UpdateSession {
  readonly title?: string;
  readonly description?: string;
  /** New agent, or null to select the organization's default agent. */
  readonly agent?: string | null;
  readonly agentOptions?: AgentOptionsInput;
  readonly baseBranch?: string | null;
  readonly targetBranch?: string | null;
  readonly branchName?: string | null;
  readonly sandboxSize?: SandboxSize | null;
  /** ID of the project of a draft, or null for none. */
  readonly projectId?: string | null;
  /** Labels of the machine, or null for those of the project. */
  readonly runsOn?: readonly string[] | null;
  readonly mcpServers?: readonly string[];
  readonly richContent?: Session["richContent"];
  readonly visibility?: Visibility;
  readonly isPinned?: boolean;
  readonly isArchived?: boolean;
  readonly level?: number;
}

/**
 * Changes how a session is displayed, who can see it, and how its later messages are processed. Making a session
 * private also makes all of its descendants private. Throws `not_found` if the session does not exist. Throws
 * `conflict` if the request sets a branch or the project of a session that is no longer a draft, or archives a session
 * whose turn has not ended. Throws `forbidden` if a user who did
 * not create the session makes it private, or changes the goal or a draft's text of a session that has a creator.
 * Throws `invalid_input` if a value is invalid, or if the agent or an MCP connection cannot be used.
 */
export async function updateSession(
  ports: SessionsPorts,
  { organizationId, userId }: Viewer,
  id: string,
  input: UpdateSession,
): Promise<Session> {
  const session = await getSession(ports.store, organizationId, id);
  const isOwn = await isMadeBy(ports.store, userId, session);
  if (input.visibility === "private" && !isOwn) {
    throw new AppError(
      "forbidden",
      "Only the person who created a session can make it private, because others could no longer see it.",
    );
  }
  if (!isOwn && session.createdByKeyId !== null) requireNoWords(session, input);
  const words = await readChange(ports, session, input);
  if (input.mcpServers !== undefined) {
    // Only the owner may use the owner's personal connections.
    const keyId = isOwn ? session.createdByKeyId : null;
    await requireMcpConnections(ports.store, { organizationId, keyId }, input.mcpServers);
  }
  return ports.store.transaction(async (tx) => {
    const current = await tx.sessions.lock(organizationId, id);
    if (current === null) throw new AppError("not_found", `Session ${id} was not found.`);
    if (current.status !== "draft") requireNoNewStart(input);
    const change = { ...words, ...readOptions(ports, current, words, input) };
    await tx.sessionChanges.update(id, change, ports.clock.now());
    if (input.isArchived === true) await archive(ports, tx, current);
    if (input.isArchived === false) await unarchive(ports, tx, current);
    // Child sessions contain data that this session's agent read and wrote.
    if (change.visibility === "private") await tx.sessionChains.turnDescendantsPrivate(id, ports.clock.now());
    if (input.mcpServers !== undefined) await tx.mcpConnections.useInSession(id, [...input.mcpServers]);
    const agent = formatAgentKey({ ...current, ...change });
    const changes = [
      ...(change.title === undefined || change.title === current.title
        ? []
        : [{ type: "session.titled" as const, title: change.title }]),
      ...(agent === formatAgentKey(current) ? [] : [{ type: "session.agentChanged" as const, agent }]),
    ];
    if (changes.length > 0) {
      await tx.events.append(
        id,
        null,
        changes.map((data) => ({ key: `changed:${newId()}`, messageId: null, data })),
      );
    }
    return tx.sessions.get(id);
  });
}

async function readChange(
  ports: SessionsPorts,
  session: Session,
  input: UpdateSession,
): Promise<SessionChange> {
  const { title, description, baseBranch, targetBranch, branchName } = input;
  for (const [field, value] of Object.entries({ title, description, agent: input.agent })) {
    refuseNul(field, value ?? null);
    if (value?.trim() === "") throw new AppError("invalid_input", `The "${field}" must not be empty.`);
  }
  for (const [field, name] of Object.entries({ baseBranch, targetBranch, branchName }))
    requireBranchName(field, name ?? null);
  const organization = await getOrganization(ports.store, session.organizationId);
  const defaults = effectiveSettings(ports, organization);
  const known = ports.harnesses.list();
  const agent =
    input.agent === undefined
      ? undefined
      : parseAgentKey(input.agent ?? defaults.defaultAgent, known, ports.modelProviders);
  const harness = requireHarness((agent ?? session).harness, known);
  if (agent !== undefined) await requireModel(ports, session.organizationId, agent, harness);
  return {
    ...(title !== undefined && { title: title.toWellFormed() }),
    // Replaces the prompt and removes the description, because the old description does not belong to the new prompt.
    ...(description !== undefined && { prompt: description.toWellFormed(), description: null }),
    ...agent,
    ...(baseBranch !== undefined && { baseBranch }),
    ...(targetBranch !== undefined && { targetBranch }),
    ...(branchName != null && { branchName }),
    ...(await readProject(ports, session, input, defaults.defaultSandboxSize)),
    ...(input.visibility !== undefined && { visibility: input.visibility }),
    ...(input.isPinned !== undefined && { isPinned: input.isPinned }),
    ...(input.level !== undefined && { level: input.level }),
    ...(input.runsOn !== undefined && { runsOn: input.runsOn && normalizeLabels(input.runsOn) }),
    ...(input.richContent !== undefined && { richContent: input.richContent }),
  };
}

/**
 * Merges the agent options into those of a locked session, because a concurrent change may set other options. Options
 * that a new agent does not support have its defaults.
 */
function readOptions(
  ports: Pick<SessionsPorts, "harnesses">,
  current: Session,
  { harness: changed }: SessionChange,
  { agent, agentOptions }: UpdateSession,
): Pick<SessionChange, "options"> {
  if (agent === undefined && agentOptions === undefined) return {};
  const harness = requireHarness(changed ?? current.harness, ports.harnesses.list());
  return {
    options: {
      ...readAgentOptions(agentOptions ?? null, harness, current.options),
      ...(agentOptions?.goal === undefined && { goal: current.options.goal }),
    },
  };
}

async function readProject(
  ports: SessionsPorts,
  session: Session,
  { projectId, sandboxSize }: UpdateSession,
  defaultSize: SandboxSize,
): Promise<Pick<SessionChange, "projectId" | "sandboxSize">> {
  if (projectId === undefined && sandboxSize === undefined) return {};
  // A session may outlive its project, so only a new project must exist.
  const id = projectId === undefined ? await usableProjectId(ports.store, session) : projectId;
  const project = id === null ? null : await requireUsableProject(ports, session.organizationId, id);
  if (project !== null) requireSize(project, sandboxSize ?? session.sandboxSize);
  return {
    ...(projectId !== undefined && { projectId: project?.id ?? null }),
    ...(sandboxSize !== undefined && { sandboxSize: sandboxSize ?? defaultSize }),
  };
}

/**
 * Throws `forbidden` for changes to text that the agent would receive on behalf of another person. A draft's text is
 * sent with its first message. A goal is also an instruction to the agent, and it can include a command.
 */
function requireNoWords({ status }: Session, input: UpdateSession): void {
  if (input.agentOptions?.goal !== undefined)
    throw new AppError(
      "forbidden",
      'Only the person who created a session can change its "agentOptions.goal". Set a goal in a message of your own.',
      { field: "agentOptions.goal" },
    );
  const field = (["description", "richContent"] as const).find((name) => input[name] !== undefined);
  if (status !== "draft" || field === undefined) return;
  throw new AppError(
    "forbidden",
    `Only the person who created a draft can change its "${field}". Fork the session, or create another session.`,
  );
}

function requireNoNewStart(input: UpdateSession): void {
  const field = (["baseBranch", "targetBranch", "branchName", "projectId"] as const).find(
    (name) => input[name] !== undefined,
  );
  if (field === undefined) return;
  throw new AppError(
    "conflict",
    `The "${field}" cannot change after work has started. To start from elsewhere, fork the session or create another session.`,
  );
}
