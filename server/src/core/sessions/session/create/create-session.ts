import { requireAllowedEgress } from "../../../access/egress/require-allowed-egress.ts";
import { formatAgentKey, parseAgentKey, requireHarness } from "../../../access/harness/agent-key.ts";
import { requireMcpConnections } from "../../../access/mcp/mcp-connections.ts";
import { requireModel } from "../../../access/model/require-model.ts";
import { loadSessionSecrets } from "../../../access/secret/load-session-secrets.ts";
import type { EgressSetting } from "../../../accounts/organization/egress-setting.ts";
import { findOrganization } from "../../../accounts/organization/find-organization.ts";
import { effectiveSettings } from "../../../accounts/organization/settings.ts";
import type { MessageAuthor } from "../../../accounts/user/message-author.ts";
import { authorIn, personOfKey, preferredAgent } from "../../../accounts/user/person-of-key.ts";
import { AppError } from "../../../base/errors.ts";
import { newId } from "../../../base/ids.ts";
import { refuseNul } from "../../../base/refuse-nul.ts";
import { isValidBranchName } from "../../../forges/repository/branch-name.ts";
import { findRepositories } from "../../../forges/repository/find-repositories.ts";
import type { Repository } from "../../../forges/repository/repository.ts";
import { repositoryUrl } from "../../../forges/repository/repository-url.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { Transaction } from "../../../ports/store.ts";
import { findAttachments } from "../../attachment/find-attachments.ts";
import type { NewEvent } from "../../event/event.ts";
import type { MessageReferences, MessageSource, SlashCommand } from "../../message/message.ts";
import { newMessage } from "../../message/new-message.ts";
import { type AgentOptionsInput, readAgentOptions } from "../../message/read-agent-options.ts";
import { enqueueTurn } from "../../turn/enqueue-turn.ts";
import type { SandboxSize } from "../sandbox-size.ts";
import type { Session, SessionRepository, SessionSource, Visibility } from "../session.ts";
import { directoriesFor } from "./directories.ts";
import { nameSession } from "./name-session.ts";

export interface CreateSession {
  /** Chosen by who asks; a new one by default. */
  readonly id?: string;
  /** May be empty for a draft that waits for its first message. */
  readonly prompt: string;
  /** Absent: of the prompt's words, until its harness names it. */
  readonly title?: string;
  readonly description: string | null;
  readonly agent: string | null;
  readonly repositoryUrls: readonly string[];
  readonly repositoryIds: readonly string[];
  readonly targetBranch: string | null;
  readonly baseBranch: string | null;
  readonly branchName: string | null;
  /** Where single repositories start, by their ids, if that branch is there. */
  readonly baseBranches?: ReadonlyMap<string, string>;
  /** Null takes the organization's. */
  readonly sandboxSize: SandboxSize | null;
  /** As the API takes them; null for none. */
  readonly agentOptions: AgentOptionsInput | null;
  readonly egress: EgressSetting | null;
  readonly budgetMicroUsd: number | null;
  /** Names of MCP connections. */
  readonly mcpServers?: readonly string[];
  /** A draft waits for its first message. */
  readonly isDraft: boolean;
  readonly visibility?: Visibility;
  readonly richContent?: Session["richContent"];
  readonly sourcePullRequestId?: string;
  /** What on a forge it was started from, and by whose words; absent for the API. */
  readonly source?: SessionSource;
  readonly author?: MessageAuthor;
  readonly sentByKeyId?: string;
  /** Whose session it is where nobody sent its words, as of one that another session starts; absent: `sentByKeyId`. */
  readonly ownerKeyId?: string | null;
  /** Ids of what was uploaded before, for the first message; a draft has none yet. */
  readonly attachments?: readonly string[];
  /** Of the first message; a draft has none yet. */
  readonly slashCommand?: SlashCommand | null;
  readonly messageSource?: MessageSource;
  readonly messageId?: string;
  /** Part of the same transaction, before anything is written; a throw keeps the session from being made, and passes on. */
  readonly within?: (tx: Transaction) => Promise<void>;
  /** Part of the same transaction, when the session is written. */
  readonly after?: (tx: Transaction, session: { readonly id: string }) => Promise<void>;
}

/** Creates a session, and unless it is a draft its first message and turn, in one transaction. Throws `invalid_input`. */
export async function createSession(
  ports: Ports,
  organizationId: string,
  input: CreateSession,
): Promise<Session> {
  refuseNul("prompt", input.prompt);
  refuseNul("description", input.description);
  refuseNul("agent", input.agent);
  refuseNul("slashCommand.command", input.slashCommand?.command ?? null);
  refuseNul("slashCommand.arguments", input.slashCommand?.arguments ?? null);
  // The database keeps no lone surrogates; replaced here, every answer shows the same words.
  const prompt = input.prompt.toWellFormed();
  const description = input.description?.toWellFormed() ?? null;
  if (prompt.trim() === "" && !(input.isDraft && input.title !== undefined)) {
    throw new AppError(
      "invalid_input",
      'The "prompt", or the "description" in its place, is empty; say what the session shall do.',
      { field: "prompt" },
    );
  }
  const organization = await findOrganization(ports.store, organizationId);
  const secrets = organization.hasSecrets ? await loadSessionSecrets(ports, organizationId) : null;
  const defaults = effectiveSettings(ports, organization);
  const mcpServers = input.mcpServers ?? [];
  const keyId = input.sentByKeyId ?? null;
  await requireMcpConnections(ports.store, { organizationId, keyId }, mcpServers);
  const person = await personOfKey(ports.store, keyId);
  const preferred = input.agent === null ? preferredAgent(person) : null;
  const { agent, harness } =
    preferred === null
      ? await readAgent(ports, organizationId, input.agent ?? defaults.defaultAgent)
      : await readPreferred(ports, organizationId, preferred);
  const options = readAgentOptions(input.agentOptions, harness);
  const attachments = await findAttachments(ports.store, { organizationId, keyId }, input.attachments ?? []);
  requireNothingOfMessage(input, attachments.length);
  requireAllowedEgress(organization.egress, input.egress);
  const branches = {
    targetBranch: input.targetBranch,
    baseBranch: input.baseBranch,
    branchName: input.branchName,
  };
  for (const [field, name] of Object.entries(branches)) requireBranchName(field, name);
  const repositories = await findRepositories(ports, organizationId, {
    urls: input.repositoryUrls,
    ids: input.repositoryIds,
  });
  requireOwnBranch(input, repositories);

  const now = ports.clock.now();
  const id = input.id ?? newId(now.getTime());
  const named = input.title ?? input.source?.title ?? prompt;
  const { title, branchName } = nameSession(named, id, secrets?.values ?? []);
  const session: Omit<Session, "number"> = {
    id,
    organizationId,
    title,
    prompt,
    description,
    harness: agent.harness,
    model: agent.model,
    provider: agent.provider,
    branchName: input.branchName ?? branchName,
    targetBranch: input.targetBranch,
    baseBranch: input.baseBranch,
    status: input.isDraft ? "draft" : "queued",
    createdAt: now,
    updatedAt: now,
    lastQueuedAt: input.isDraft ? null : now,
    sandboxSize: input.sandboxSize ?? defaults.defaultSandboxSize,
    options,
    egress: input.egress,
    budgetMicroUsd: input.budgetMicroUsd,
    source: input.source ?? null,
    visibility: input.visibility ?? "public",
    isPinned: false,
    level: 0,
    createdByKeyId: input.ownerKeyId ?? keyId,
    richContent: input.richContent ?? null,
    sourcePullRequestId: input.sourcePullRequestId ?? null,
  };
  const created: NewEvent = {
    key: "session.created",
    messageId: null,
    data: {
      type: "session.created",
      agent: formatAgentKey(agent),
      repositories: repositories.map((repository) => repositoryUrl(ports.settings.publicUrl, repository)),
    },
  };
  // Every id is made out here: a transaction whose commit was lost from sight is tried again, and then changes nothing.
  const message = newMessage({
    id: input.messageId ?? newId(now.getTime()),
    sessionId: id,
    content: promptOf(session),
    author: input.author ?? (await authorIn(ports.store, organizationId, person)),
    sentByKeyId: keyId,
    source: input.messageSource ?? null,
    turnId: newId(now.getTime()),
    attachments,
    slashCommand: input.slashCommand ?? null,
    references: referencesOf(session),
    createdAt: now,
  });
  await ports.store.transaction(async (tx) => {
    await input.within?.(tx);
    await tx.sessions.insert(session, useRepositories(session, repositories, input.baseBranches));
    if (mcpServers.length > 0) await tx.mcpConnections.useInSession(id, mcpServers);
    await input.after?.(tx, session);
    if (input.isDraft) {
      await tx.events.append(id, null, [created]);
    } else {
      await tx.messages.insert(message);
      await enqueueTurn(ports, tx, { session, message, earlierEvents: [created] });
    }
  });
  return { ...session, number: 0 };
}

function requireNothingOfMessage({ isDraft, slashCommand }: CreateSession, attachments: number): void {
  const field = attachments > 0 ? "attachments" : slashCommand != null ? "slashCommand" : null;
  if (!isDraft || field === null) return;
  throw new AppError(
    "invalid_input",
    `A draft has no message yet that "${field}" could go with; send it with its first message.`,
  );
}

async function readAgent(ports: Ports, organizationId: string, text: string) {
  const known = ports.harnesses.list();
  const agent = parseAgentKey(text, known);
  const harness = requireHarness(agent.harness, known);
  await requireModel(ports, organizationId, agent, harness);
  return { agent, harness };
}

/** The request does not name it: a refusal says where it stands. */
async function readPreferred(ports: Ports, organizationId: string, text: string) {
  try {
    return await readAgent(ports, organizationId, text);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "invalid_input") throw cause;
    throw new AppError(
      "invalid_input",
      `Your setting "defaultAgent" is ${JSON.stringify(text)}; change it, or name an "agent". ${cause.message}`,
      { field: "agent", cause },
    );
  }
}

/** What a client said of the session for its own use goes with its first message. */
export function referencesOf({
  richContent,
  sourcePullRequestId,
}: Pick<Session, "richContent" | "sourcePullRequestId">): MessageReferences {
  return { richContent, artifactId: null, pullRequestId: sourcePullRequestId };
}

/** The words of the first message: the prompt, then its detail. */
export function promptOf(session: Pick<Session, "prompt" | "description">): string {
  return session.description === null ? session.prompt : `${session.prompt}\n\n${session.description}`;
}

function useRepositories(
  session: Omit<Session, "number">,
  repositories: readonly Repository[],
  baseBranches: ReadonlyMap<string, string> = new Map(),
): SessionRepository[] {
  const directories = directoriesFor(repositories);
  return repositories.map((repository, index) => ({
    sessionId: session.id,
    repositoryId: repository.id,
    directory: directories[index]!,
    branchName: session.branchName,
    targetBranch: session.targetBranch ?? repository.defaultBranch,
    baseBranch: baseBranches.get(repository.id) ?? null,
    baseSha: null,
  }));
}

export function requireBranchName(field: string, name: string | null): void {
  if (name !== null && !isValidBranchName(name)) {
    throw new AppError(
      "invalid_input",
      `"${field}" ${JSON.stringify(name)} is not a valid branch name; see "git check-ref-format".`,
      { field },
    );
  }
}

/** Work never goes straight onto the branch that a pull request is to be opened against. */
function requireOwnBranch(input: CreateSession, repositories: readonly Repository[]): void {
  if (input.branchName === null) return;
  const clash = repositories.find(
    (repository) => input.branchName === (input.targetBranch ?? repository.defaultBranch),
  );
  if (clash !== undefined) {
    throw new AppError(
      "invalid_input",
      `"branchName" ${JSON.stringify(input.branchName)} is the target branch of ${clash.owner}/${clash.name}; give the work a branch of its own.`,
      { field: "branchName" },
    );
  }
}
