import {
  type CertificateAuthority,
  certificateAuthorityOf,
  choiceOf,
  chooseRoute,
  type EgressRule,
  loadProviderAccess,
  loadSessionSecrets,
  loadSessionServers,
  type ModelRoute,
  noServers,
  type SessionSecrets,
  type SessionServers,
  withHarnessKey,
} from "../../access/index.ts";
import { getOrganization, type Organization } from "../../accounts/index.ts";
import { AppError, createMasker, withFields } from "../../base/index.ts";
import { forgeOf, integrationSecretsOf, type Repository } from "../../forges/index.ts";
import {
  type AgentRun,
  type Message,
  type Project,
  requesterKeyOf,
  type Session,
  type SessionRepository,
  type Turn,
  withVariables,
} from "../../sessions/index.ts";
import { withoutRegistrySecret } from "../environment/registry-credential.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Checkout } from "./checkout.ts";
import { turnSpan } from "./trace-part.ts";
import { type TurnContext, turnIds, type WorkContext } from "./turn-context.ts";

/**
 * Loads the data that an attempt at a turn needs. Masks the loaded secrets in the log from then on. If the turn cannot
 * run, for example because a secret cannot be decrypted, sets the context's `problem` instead of throwing. Rethrows
 * `unavailable`.
 */
export async function loadTurnContext(ports: TurnsPorts, turn: Turn, attempt: number): Promise<TurnContext> {
  const [session, message, uses, run, mcpServers] = await Promise.all([
    ports.store.sessions.get(turn.sessionId),
    ports.store.messages.get(turn.messageId),
    ports.store.sessions.repositories(turn.sessionId),
    ports.store.agentRuns.ofSession(turn.sessionId),
    ports.store.mcpConnections.usedInSession(turn.sessionId),
  ]);
  const lease = { turnId: turn.id, sessionId: turn.sessionId, attempt };
  const logged = { ...ports, log: withFields(ports.log, turnIds({ session, message, lease })) };
  const context = await loadWorkContext(logged, { session, message, uses, run, mcpServers });
  return { ...context, lease, turn, span: turnSpan(turn.id, message) };
}

/** Records that determine a session's sandbox and harness. */
export interface WorkFacts {
  readonly session: Session;
  readonly message: Message;
  readonly uses: readonly SessionRepository[];
  readonly run: AgentRun | null;
  /** Names of the session's MCP connections, without those of the message. */
  readonly mcpServers: readonly string[];
}

/** Loads the data that a session's sandbox and harness need, in the same way as `loadTurnContext`. */
export async function loadWorkContext(
  ports: TurnsPorts,
  { session, message, uses, run, mcpServers }: WorkFacts,
): Promise<WorkContext> {
  const repositories = await ports.store.repositories.findMany(
    session.organizationId,
    uses.map((use) => use.repositoryId),
  );
  const { checkouts, problem: outOfReach } = await checkoutsOf(ports, uses, repositories);
  const lost = uses.find((use) => !checkouts.some((checkout) => checkout.use === use));
  const organization = await getOrganization(ports.store, session.organizationId);
  const project = session.projectId === null ? null : await ports.store.projects.get(session.projectId);
  const { sentByKeyId } = message;
  const requesterKeyId = requesterKeyOf(message, run);
  const requesterUserId = requesterKeyId === null ? null : await ports.store.apiKeys.userOf(requesterKeyId);
  const sentByUserId = sentByKeyId === null ? null : requesterUserId;
  const facts = { session, message, mcpServers, sentByUserId };
  const opened = await openSecrets(ports, organization, project, facts);
  const { secrets, mcp, serviceRules } = opened;
  const values = [...secrets.values, ...mcp.values];
  const { modelRoute, problem: routeProblem } = await resolveModelRoute(ports, session);
  ports.logMask.protect(`session:${session.id}`, values);
  return {
    ports,
    organization,
    project,
    secrets,
    mcp,
    serviceRules,
    authority: opened.authority,
    masker: createMasker(values),
    session,
    message,
    run,
    sentByUserId,
    requesterUserId,
    checkouts,
    modelRoute,
    problem: routeProblem ?? outOfReach ?? (lost === undefined ? opened.problem : notConnected(lost)),
  };
}

/**
 * Loads the forge and signing key of each repository that is still connected. If a forge credential cannot be
 * decrypted, returns a problem, because nothing can be fetched or pushed without it.
 */
async function checkoutsOf(
  ports: TurnsPorts,
  uses: readonly SessionRepository[],
  repositories: readonly Repository[],
): Promise<{ readonly checkouts: Checkout[]; readonly problem: AppError | null }> {
  const checkouts: Checkout[] = [];
  for (const use of uses) {
    const repository = repositories.find((candidate) => candidate.id === use.repositoryId);
    if (repository === undefined) continue;
    try {
      checkouts.push({
        repository,
        use,
        forge: await forgeOf(ports, repository),
        signingKey: await signingKeyOf(ports, repository),
      });
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code === "unavailable") throw cause;
      return { checkouts: [], problem: cause };
    }
  }
  return { checkouts, problem: null };
}

async function signingKeyOf(ports: TurnsPorts, { integrationId, organizationId }: Repository) {
  if (integrationId === null) return null;
  const secrets = await integrationSecretsOf(ports, { id: integrationId, organizationId });
  return secrets?.signingKey ?? null;
}

async function resolveModelRoute(
  ports: TurnsPorts,
  { organizationId, harness: name, model, provider: asked }: Session,
): Promise<{ readonly modelRoute: ModelRoute; readonly problem: AppError | null }> {
  const harness = ports.harnesses.list().find((candidate) => candidate.name === name);
  if (harness === undefined) {
    const sentence = `This server no longer has the harness ${name}. Start a session with another harness.`;
    const modelRoute = { family: "openai", provider: "openai" } as const;
    return { modelRoute, problem: new AppError("harness_failed", sentence) };
  }
  const { provider: chosen } = await choiceOf(ports.store, organizationId, model);
  const access = await loadProviderAccess(ports, organizationId);
  return {
    modelRoute: chooseRoute({ harness, model, asked, chosen, access, providers: ports.modelProviders }),
    problem: null,
  };
}

function notConnected({ directory }: SessionRepository): AppError {
  return new AppError(
    "not_found",
    `The session's repository ${directory} is no longer connected. Connect the repository again.`,
  );
}

interface OpenedSecrets {
  readonly secrets: SessionSecrets;
  readonly mcp: SessionServers;
  readonly serviceRules: readonly EgressRule[];
  readonly authority: CertificateAuthority | null;
  readonly problem: AppError | null;
}

/**
 * Decrypts the turn's secrets, and loads its MCP servers and certificate authority. If a value cannot be decrypted,
 * returns a problem, because Tembo could not mask the value.
 */
async function openSecrets(
  ports: TurnsPorts,
  organization: Organization,
  project: Project | null,
  {
    session: { egress, harness },
    message,
    mcpServers,
    sentByUserId: userId,
  }: Pick<WorkFacts, "session" | "message" | "mcpServers"> & Pick<WorkContext, "sentByUserId">,
): Promise<OpenedSecrets> {
  try {
    const { secrets, rules } = await withHarnessKey(ports, organization.id, {
      secrets: await secretsOf(ports, organization.id, project),
      service: ports.harnesses.list().find(({ name }) => name === harness)?.service,
    });
    const names = [...mcpServers, ...message.mcpServers];
    const mcp = await loadSessionServers(ports, organization.id, { names, egress, userId });
    const isBound = secrets.bound.length + mcp.bound.length > 0;
    const authority = isBound ? await authorityOf(ports, organization) : null;
    return { secrets, mcp, serviceRules: rules, authority, problem: null };
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code === "unavailable") throw cause;
    const secrets = { environment: {}, bound: [], values: [] };
    return { secrets, mcp: noServers, serviceRules: [], authority: null, problem: cause };
  }
}

/** Returns the organization's secrets, and the variables that the session's project gives to sessions. */
async function secretsOf(ports: TurnsPorts, organizationId: string, project: Project | null) {
  const secrets = await loadSessionSecrets(ports, organizationId);
  if (project === null) return secrets;
  return withVariables(ports, withoutRegistrySecret(secrets, project.source), project, "run");
}

function authorityOf(ports: TurnsPorts, { id, name }: Organization): Promise<CertificateAuthority> {
  return certificateAuthorityOf(ports, id, () => ports.broker.createCertificateAuthority(name));
}
