import type { Forge, Repository } from "../../forges/index.ts";
import type { SessionRepository, TurnFacts } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";

type StoredSession = { readonly ports: Pick<TurnsPorts, "store"> } & Pick<TurnFacts, "session">;

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

/** What the host signs with; null where nothing is to be signed, or the forge does. */
export function signingKeyOf(
  { organization }: Pick<TurnFacts, "organization">,
  { forge, signingKey }: Pick<Checkout, "forge" | "signingKey">,
): string | null {
  return organization.settings.shouldSignCommits === true && forge.signer === null ? signingKey : null;
}

/** What the pull request is against. It may have changed since the context was loaded: on the forge, or with the default branch. */
export async function targetBranchOf(context: StoredSession, checkout: Checkout): Promise<string> {
  const uses = await context.ports.store.sessions.repositories(context.session.id);
  const use = uses.find((one) => one.repositoryId === checkout.repository.id) ?? checkout.use;
  return use.targetBranch;
}

/** Where the work started. The context may have been loaded before the workspace existed, so the store is asked. */
export async function baseShaOf(context: StoredSession, checkout: Checkout): Promise<string | null> {
  const uses = await context.ports.store.sessions.repositories(context.session.id);
  return uses.find((use) => use.repositoryId === checkout.repository.id)?.baseSha ?? null;
}
