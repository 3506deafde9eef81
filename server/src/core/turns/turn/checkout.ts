import type { Forge, Repository } from "../../forges/index.ts";
import type { SessionRepository, TurnFacts } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";

type StoredSession = { readonly ports: Pick<TurnsPorts, "store"> } & Pick<TurnFacts, "session">;

/** A repository of the session, with its forge. */
export interface Checkout {
  readonly repository: Repository;
  readonly use: SessionRepository;
  readonly forge: Forge;
  /** OpenSSH private key for commits that the forge does not sign itself, or null to leave them unsigned. */
  readonly signingKey: string | null;
}

/**
 * A connected repository that is a submodule of a session's repository. Programs inside the sandbox may fetch it but
 * cannot push to it.
 */
export interface ReachableSubmodule {
  readonly repository: Repository;
  readonly forge: Forge;
  /** URL that git requests inside the sandbox. */
  readonly url: string;
  readonly mirrorPath: string;
}

/** Returns the key that the host signs with, or null if commits are not signed or the forge signs them. */
export function signingKeyOf(
  { organization }: Pick<TurnFacts, "organization">,
  { forge, signingKey }: Pick<Checkout, "forge" | "signingKey">,
): string | null {
  return organization.settings.shouldSignCommits === true && forge.signer === null ? signingKey : null;
}

/** Returns the branch from which the work in a repository starts. */
export function baseBranchOf(
  session: Pick<TurnFacts["session"], "baseBranch">,
  use: Pick<SessionRepository, "baseBranch" | "targetBranch">,
): string {
  return use.baseBranch ?? session.baseBranch ?? use.targetBranch;
}

/**
 * Returns the target branch of the pull request. Reads it from the store, because it may have changed since the context
 * was loaded, on the forge or with the default branch.
 */
export async function targetBranchOf(context: StoredSession, checkout: Checkout): Promise<string> {
  const uses = await context.ports.store.sessions.repositories(context.session.id);
  const use = uses.find((one) => one.repositoryId === checkout.repository.id) ?? checkout.use;
  return use.targetBranch;
}

/**
 * Returns the commit at which the work started, or null if the workspace does not exist yet or the repository was
 * empty. Reads it from the store, because the context may have been loaded before the workspace existed.
 */
export async function baseShaOf(context: StoredSession, checkout: Checkout): Promise<string | null> {
  const uses = await context.ports.store.sessions.repositories(context.session.id);
  return uses.find((use) => use.repositoryId === checkout.repository.id)?.baseSha ?? null;
}
