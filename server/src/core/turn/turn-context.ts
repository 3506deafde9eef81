import type { AppError } from "../errors.ts";
import type { EventData, NewEvent, TurnStep } from "../event/event.ts";
import type { Message } from "../message/message.ts";
import type { Organization } from "../organization/organization.ts";
import { doorPaths, paths } from "../paths.ts";
import type { Forge } from "../ports/forge.ts";
import type { GitIdentity, GitSite } from "../ports/git.ts";
import type { Ports } from "../ports/index.ts";
import type { Sandbox, SandboxDoors, SandboxLimits, SandboxSpec } from "../ports/sandbox.ts";
import type { Repository } from "../repository/repository.ts";
import { repositoryUrl } from "../repository/repository-url.ts";
import type { SessionSecrets } from "../secret/load-session-secrets.ts";
import type { Masker } from "../secret/mask.ts";
import type { CertificateAuthority } from "../secret/secret.ts";
import { decideLimits } from "../session/sandbox-size.ts";
import type { Session, SessionRepository } from "../session/session.ts";
import type { Turn, TurnLease } from "./turn.ts";

/** Everything the steps of one attempt at a turn work with. */
export interface TurnContext {
  readonly ports: Ports;
  readonly lease: TurnLease;
  readonly session: Session;
  readonly turn: Turn;
  readonly message: Message;
  readonly organization: Organization;
  /** Taken when the attempt began: one that is changed while it runs is used by the next. */
  readonly secrets: SessionSecrets;
  /** Signs for the hosts of bound secrets; null without any. */
  readonly authority: CertificateAuthority | null;
  /** Hides the secrets in whatever is told, recorded or published. */
  readonly masker: Masker;
  /** What keeps the turn from being worked at all: it ends with this. */
  readonly problem: AppError | null;
  readonly checkouts: readonly Checkout[];
}

/** One repository of the session, with the forge it lives on. */
export interface Checkout {
  readonly repository: Repository;
  readonly use: SessionRepository;
  readonly forge: Forge;
}

/** Author and committer of what the platform commits. */
export const temboIdentity: GitIdentity = { name: "Tembo", email: "tembo@users.noreply.localhost" };

/** So that whoever commits inside the sandbox need not ask who it is. */
const gitEnvironment: Readonly<Record<string, string>> = {
  GIT_AUTHOR_NAME: temboIdentity.name,
  GIT_AUTHOR_EMAIL: temboIdentity.email,
  GIT_COMMITTER_NAME: temboIdentity.name,
  GIT_COMMITTER_EMAIL: temboIdentity.email,
};

/** What programs of the session find in their environment: who commits, and the organization's secrets. */
export function sessionEnvironment({ secrets }: TurnContext): Readonly<Record<string, string>> {
  return { ...gitEnvironment, ...secrets.environment };
}

/** Appends one event of this turn; the same `key` within a turn is told once, however often its step is repeated. */
export async function tell(context: TurnContext, key: string, data: EventData): Promise<void> {
  await context.ports.store.events.append(context.session.id, context.lease, [eventOf(context, key, data)]);
}

export function eventOf(context: TurnContext, key: string, data: EventData): NewEvent {
  return {
    key: `${context.turn.id}:${key}`,
    messageId: context.message.id,
    data: context.masker.maskDeep(data),
  };
}

/** Says that a step began. */
export function tellStep(context: TurnContext, step: TurnStep, message: string): Promise<void> {
  return tell(context, `step:${step}`, { type: "turn.step", step, message });
}

export function siteOf(
  context: TurnContext,
  checkout: Checkout,
  owner: { readonly uid: number; readonly gid: number },
): GitSite {
  const { dataDir } = context.ports.settings;
  const { directory } = checkout.use;
  return {
    mirrorPath: paths.mirror(dataDir, checkout.repository.id),
    checkoutPath: `${paths.workspace(dataDir, context.session.id)}/${directory}`,
    capturePath: paths.capture(dataDir, context.session.id, directory),
    uid: owner.uid,
    gid: owner.gid,
  };
}

/** Readies the session's sandbox. Mirrors and harness must exist: they are bound into it. */
export async function openSandbox(
  context: TurnContext,
  { readOnlyPaths, isWorkspaceReadOnly }: Pick<SandboxSpec, "readOnlyPaths" | "isWorkspaceReadOnly">,
): Promise<Sandbox> {
  const { dataDir, publicUrl } = context.ports.settings;
  return context.ports.sandboxes.create({
    sessionId: context.session.id,
    sessionNumber: context.session.number,
    workspacePath: paths.workspace(dataDir, context.session.id),
    homePath: paths.home(dataDir, context.session.id),
    readOnlyPaths: [
      ...context.checkouts.map((checkout) => paths.mirror(dataDir, checkout.repository.id)),
      ...readOnlyPaths,
    ],
    isWorkspaceReadOnly,
    limits: limitsOf(context),
    doors: doorsOf(context),
    gitRoutes: context.checkouts.map(({ repository }, index) => ({
      url: repositoryUrl(publicUrl, repository),
      path: gitPath(index),
    })),
    trustedCertificate: context.authority?.certificate ?? null,
  });
}

export function doorsOf({ ports, session }: TurnContext): SandboxDoors {
  return doorPaths(ports.settings.dataDir, session.id);
}

/** Where the git door serves a session's repository. */
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

/** Where the work started. The context may have been loaded before the workspace existed, so the store is asked. */
export async function baseShaOf(context: TurnContext, checkout: Checkout): Promise<string | null> {
  const uses = await context.ports.store.sessions.repositories(context.session.id);
  return uses.find((use) => use.repositoryId === checkout.repository.id)?.baseSha ?? null;
}
