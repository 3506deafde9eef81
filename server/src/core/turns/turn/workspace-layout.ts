import { paths } from "../../base/index.ts";
import type { GitSite } from "../../forges/index.ts";
import type { TurnFacts } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { WorkspaceHandle } from "../sandbox/sandbox.ts";
import type { Checkout } from "./checkout.ts";

type LaidOutSession = { readonly ports: Pick<TurnsPorts, "settings" | "workspaces"> } & Pick<
  TurnFacts,
  "session"
>;

/** Describes a checkout for host git. */
export function siteOf(context: LaidOutSession, checkout: Checkout): GitSite {
  const { ports, session } = context;
  const { dataDir } = ports.settings;
  return {
    mirrorPath: paths.mirror(dataDir, checkout.repository.id),
    checkoutPath: checkoutPathOf(context, checkout),
    capturePath: paths.capture(dataDir, session.id, checkout.use.directory),
    ...ports.workspaces.ownerOf(session.number),
  };
}

/** Returns the path of a checkout on this host. */
export function checkoutPathOf({ ports, session }: LaidOutSession, { use }: Checkout): string {
  return `${paths.workspace(ports.settings.dataDir, session.id)}/${use.directory}`;
}

/**
 * Describes, for host git, the folder that an environment may have brought for a checkout. A repeated call with the same
 * key returns the same result.
 */
export function environmentFolder(
  { ports, session }: LaidOutSession,
  { use }: Checkout,
  key: string,
): { readonly path: string; readonly key: string } {
  return { path: paths.environment(ports.settings.dataDir, session.id, use.directory), key };
}

export function workspaceOf({ session }: Pick<TurnFacts, "session">): WorkspaceHandle {
  return { sessionId: session.id, sessionNumber: session.number };
}

/**
 * Returns the path at which the git proxy serves one of the session's repositories. In the numbering, submodules follow
 * the repositories.
 */
export const gitPath = (index: number) => `/${index + 1}`;
