import { repositoryUrl } from "../../forges/index.ts";
import type { Heads, Provisioned } from "../turn/steps/provision-turn.ts";
import { baseOf } from "../turn/steps/provision-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { siteOf } from "../turn/workspace-layout.ts";
import { fetchMirrors } from "./prepare-work.ts";

/**
 * Makes the prepared checkouts those of the turn: fetches the mirrors again and creates the session's branch. Returns
 * null if a branch has moved since the work was prepared, so that the turn must start without it.
 */
export async function takePrepared(
  context: TurnContext,
  baseShas: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Provisioned | null> {
  const { ports, session, checkouts } = context;
  if (!(await fetchMirrors(context, signal))) return null;
  const named = await Promise.all(
    checkouts.map((checkout) =>
      ports.git.nameCheckout(
        {
          site: siteOf(context, checkout),
          publicUrl: repositoryUrl(ports.settings.publicUrl, checkout.repository),
          branch: checkout.use.branchName,
          baseBranch: baseOf({ session }, checkout.use),
          baseSha: baseShas.get(checkout.repository.id) ?? "",
        },
        signal,
      ),
    ),
  );
  if (named.includes(false)) return null;
  const heads: Record<string, string> = {};
  for (const { repository } of checkouts) {
    const sha = baseShas.get(repository.id)!;
    await ports.store.sessions.setBaseSha(context.lease, repository.id, sha);
    heads[repository.id] = sha;
  }
  return { heads: heads satisfies Heads, isNew: checkouts.length > 0 };
}
