import type {
  AgentKey,
  CertificateAuthority,
  EgressRule,
  ModelWay,
  SessionSecrets,
  SessionServers,
} from "../../access/index.ts";
import { type AppError, paths } from "../../base/index.ts";
import { type Forge, type GitSite, type Repository, repositoryUrl } from "../../forges/index.ts";
import {
  type AgentRun,
  decideLimits,
  type SessionRepository,
  type TurnRecord,
} from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox, SandboxLimits, SandboxSpec, WorkspaceHandle } from "../sandbox/sandbox.ts";
import { gitEnvironmentOf } from "./identity.ts";

/** Everything the steps of one attempt at a turn work with. */
export interface TurnContext extends TurnRecord {
  readonly ports: TurnsPorts;
  /** The run of an agent that the session is of; null for any other. As it was when the attempt began. */
  readonly run: AgentRun | null;
  /** Taken when the attempt began: one that is changed while it runs is used by the next. */
  readonly secrets: SessionSecrets;
  /** The MCP connections that the turn names. */
  readonly mcp: SessionServers;
  /** Hosts that the harness's own service needs. */
  readonly serviceRules: readonly EgressRule[];
  /** Signs for the hosts of bound secrets; null without any. */
  readonly authority: CertificateAuthority | null;
  /** Who answers for the model, by whose protocol. */
  readonly modelWay: ModelWay;
  /** What keeps the turn from being worked at all: it ends with this. */
  readonly problem: AppError | null;
  readonly checkouts: readonly Checkout[];
}

/** One repository of the session, with the forge it lives on. */
export interface Checkout {
  readonly repository: Repository;
  readonly use: SessionRepository;
  readonly forge: Forge;
  /** OpenSSH private key for commits that the forge does not sign itself; null signs none. */
  readonly signingKey: string | null;
}

/** A connected repository that one of the session's has as a submodule: it may be fetched from inside, never pushed to. */
export interface ReachableSubmodule {
  readonly repository: Repository;
  readonly forge: Forge;
  /** As git inside asks for it. */
  readonly url: string;
  readonly mirrorPath: string;
}

/** Which harness and model work the message, and who answers for the model. */
export function agentOf({ session: { harness, model, provider } }: TurnContext): AgentKey {
  return { harness, model, provider };
}

/** What programs of the session find in their environment: who commits, the organization's secrets, and what started the agent's run. */
export function sessionEnvironment({ message, secrets, run }: TurnContext): Readonly<Record<string, string>> {
  return {
    ...gitEnvironmentOf(message),
    ...secrets.environment,
    ...(run !== null && { TRIGGER_PAYLOAD: JSON.stringify(run.payload) }),
  };
}

/** What host git needs to know of a checkout. */
export function siteOf(context: TurnContext, checkout: Checkout): GitSite {
  const { ports, session } = context;
  const { dataDir } = ports.settings;
  return {
    mirrorPath: paths.mirror(dataDir, checkout.repository.id),
    checkoutPath: checkoutPathOf(context, checkout),
    capturePath: paths.capture(dataDir, session.id, checkout.use.directory),
    ...ports.workspaces.ownerOf(session.number),
  };
}

/** Where this host keeps a checkout. */
export function checkoutPathOf({ ports, session }: TurnContext, { use }: Checkout): string {
  return `${paths.workspace(ports.settings.dataDir, session.id)}/${use.directory}`;
}

type SandboxWish = Pick<SandboxSpec, "readOnlyPaths" | "isWorkspaceReadOnly"> & {
  readonly submodules?: readonly ReachableSubmodule[];
};

/** Readies the session's sandbox. Mirrors and harness must exist: they are bound into it. */
export function openSandbox(context: TurnContext, wish: SandboxWish): Promise<Sandbox> {
  return context.ports.sandboxes.create(sandboxSpecOf(context, wish));
}

export function sandboxSpecOf(
  context: TurnContext,
  { readOnlyPaths, isWorkspaceReadOnly, submodules = [] }: SandboxWish,
): SandboxSpec {
  const { dataDir, publicUrl } = context.ports.settings;
  return {
    workspace: workspaceOf(context),
    readOnlyPaths: [
      ...context.checkouts.map((checkout) => paths.mirror(dataDir, checkout.repository.id)),
      ...readOnlyPaths,
    ],
    isWorkspaceReadOnly,
    limits: limitsOf(context),
    gitRoutes: [
      ...context.checkouts.map(({ repository }) => repositoryUrl(publicUrl, repository)),
      ...submodules.map(({ url }) => url),
    ].map((url, index) => ({ url, path: gitPath(index) })),
    trustedCertificate: context.authority?.certificate ?? null,
  };
}

export function workspaceOf({ session }: Pick<TurnContext, "session">): WorkspaceHandle {
  return { sessionId: session.id, sessionNumber: session.number };
}

/** What the host signs with; null where nothing is to be signed, or the forge does. */
export function signingKeyOf(
  { organization }: Pick<TurnContext, "organization">,
  { forge, signingKey }: Pick<Checkout, "forge" | "signingKey">,
): string | null {
  return organization.settings.shouldSignCommits === true && forge.signer === null ? signingKey : null;
}

/** Where the git door serves a repository of the session, and after those each submodule. */
export const gitPath = (index: number) => `/${index + 1}`;

function limitsOf({ ports, session }: TurnContext): SandboxLimits {
  const { cpus, memoryBytes } = decideLimits(session.sandboxSize, ports.settings.machine);
  return {
    cpus,
    memoryBytes,
    processes: ports.settings.sandboxProcesses,
    diskBytes: ports.settings.sandboxDiskBytes,
    files: ports.settings.sandboxFiles,
  };
}

/** What the pull request is against. It may have changed since the context was loaded: on the forge, or with the default branch. */
export async function targetBranchOf(context: TurnContext, checkout: Checkout): Promise<string> {
  const uses = await context.ports.store.sessions.repositories(context.session.id);
  const use = uses.find((one) => one.repositoryId === checkout.repository.id) ?? checkout.use;
  return use.targetBranch;
}

/** Where the work started. The context may have been loaded before the workspace existed, so the store is asked. */
export async function baseShaOf(context: TurnContext, checkout: Checkout): Promise<string | null> {
  const uses = await context.ports.store.sessions.repositories(context.session.id);
  return uses.find((use) => use.repositoryId === checkout.repository.id)?.baseSha ?? null;
}
