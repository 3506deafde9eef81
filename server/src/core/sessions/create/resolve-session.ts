import {
  type AgentKey,
  type HarnessInfo,
  loadSessionSecrets,
  parseAgentKey,
  requireAllowedEgress,
  requireHarness,
  requireMcpConnections,
  requireModel,
  type SessionSecrets,
} from "../../access/index.ts";
import {
  authorIn,
  effectiveSettings,
  getOrganization,
  type MessageAuthor,
  personOfKey,
  preferredAgent,
} from "../../accounts/index.ts";
import { AppError, type NamedValue } from "../../base/index.ts";
import { getRepositories, type Repository } from "../../forges/index.ts";
import type { Attachment } from "../attachment/attachment.ts";
import { getAttachments } from "../attachment/get-attachments.ts";
import type { SessionsPorts } from "../ports.ts";
import { chooseProject } from "../project/choose-project.ts";
import type { Project } from "../project/project.ts";
import { withVariables } from "../project/variable/load-variables.ts";
import type { MessageOptions } from "../session/message-options.ts";
import { readAgentOptions } from "../session/read-agent-options.ts";
import type { SandboxSize } from "../session/sandbox-size.ts";
import { checkBranches, checkDraft, checkOwnBranch, checkRequest } from "./check-request.ts";
import { prefetchInputs } from "./prefetch-inputs.ts";
import { keyOf, type SessionRequest } from "./session-request.ts";

/** A request with the objects that it refers to, and with defaults for missing fields. */
export interface ResolvedRequest {
  readonly organizationId: string;
  readonly request: SessionRequest;
  readonly agent: AgentKey;
  readonly options: MessageOptions;
  readonly sandboxSize: SandboxSize;
  readonly project: Project | null;
  readonly repositories: readonly Repository[];
  readonly attachments: readonly Attachment[];
  /** ID of the person who sent the request, or null if the request has another origin. */
  readonly personId: string | null;
  /** Author of the prompt, or null if only a key is known or no person wrote it. */
  readonly author: MessageAuthor | null;
  /** The organization's secrets and the project's variables for sessions, which must not appear in a title or a branch name. */
  readonly secrets: readonly NamedValue[];
  /** Public URL of this server, without a trailing slash. */
  readonly publicUrl: string;
}

/**
 * Validates the request and looks up the objects that it refers to. Writes nothing. Throws `not_found` if the
 * organization does not exist, or `invalid_input` if a value is invalid or an object cannot be used.
 */
export async function resolveSession(
  allPorts: Pick<SessionsPorts, "store" | "vault" | "settings" | "harnesses" | "modelProviders">,
  organizationId: string,
  request: SessionRequest,
): Promise<ResolvedRequest> {
  checkRequest(request);
  const store = await prefetchInputs(allPorts, organizationId, request);
  const ports = { ...allPorts, store };
  const organization = await getOrganization(store, organizationId);
  const secrets = organization.hasSecrets ? await loadSessionSecrets(ports, organizationId) : null;
  const defaults = effectiveSettings(ports, organization);
  const keyId = keyOf(request);
  await requireMcpConnections(store, { organizationId, keyId }, request.mcpServers ?? []);
  const person = await personOfKey(store, keyId);
  const preferred = request.agent == null ? preferredAgent(person) : null;
  const { agent, harness } =
    preferred === null
      ? await readAgent(ports, organizationId, request.agent ?? defaults.defaultAgent)
      : await readPreferred(ports, organizationId, preferred);
  const options = readAgentOptions(request.agentOptions ?? null, harness);
  const attachments = await getAttachments(store, { organizationId, keyId }, request.attachments ?? []);
  checkDraft(request);
  requireAllowedEgress(organization.egress, request.egress ?? null);
  checkBranches(request);
  const named = await getRepositories(ports, organizationId, {
    urls: request.repositoryUrls ?? [],
    ids: request.repositoryIds ?? [],
  });
  const { project, size } = await chooseProject(ports, organizationId, {
    projectId: request.projectId,
    size: request.sandboxSize ?? null,
    defaultSize: defaults.defaultSandboxSize,
    repositoryIds: named.map(({ id }) => id),
  });
  const isWhole = request.projectId !== undefined && request.isProjectCopied !== true;
  const repositories =
    isWhole && named.length === 0 && project !== null
      ? await getRepositories(ports, organizationId, { urls: [], ids: project.repositoryIds })
      : named;
  const ofProject = project === null ? noSecrets : await withVariables(ports, noSecrets, project, "run");
  checkOwnBranch(request, repositories);
  return {
    organizationId,
    request,
    agent,
    options,
    sandboxSize: size,
    project,
    repositories,
    attachments,
    personId: person?.id ?? null,
    author: authorOf(request) ?? (await authorIn(store, organizationId, person)),
    secrets: [...(secrets?.values ?? []), ...ofProject.values],
    publicUrl: ports.settings.publicUrl,
  };
}

const noSecrets: SessionSecrets = { environment: {}, bound: [], values: [] };

function authorOf({ origin }: SessionRequest): MessageAuthor | null {
  return origin.kind === "forge" || origin.kind === "session" ? origin.author : null;
}

async function readAgent(
  ports: Pick<SessionsPorts, "store" | "vault" | "settings" | "harnesses" | "modelProviders">,
  organizationId: string,
  text: string,
): Promise<{ readonly agent: AgentKey; readonly harness: HarnessInfo }> {
  const known = ports.harnesses.list();
  const agent = parseAgentKey(text, known, ports.modelProviders);
  const harness = requireHarness(agent.harness, known);
  await requireModel(ports, organizationId, agent, harness);
  return { agent, harness };
}

/**
 * Parses the person's preferred agent. The message of an `invalid_input` error mentions the setting, because the
 * request does not contain the agent.
 */
async function readPreferred(
  ports: Pick<SessionsPorts, "store" | "vault" | "settings" | "harnesses" | "modelProviders">,
  organizationId: string,
  text: string,
) {
  try {
    return await readAgent(ports, organizationId, text);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "invalid_input") throw cause;
    throw new AppError(
      "invalid_input",
      `Your setting "defaultAgent" is ${JSON.stringify(text)}. ${cause.message} Change the setting, or send an "agent".`,
      { field: "agent", cause },
    );
  }
}
