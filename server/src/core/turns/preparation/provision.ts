import { AppError } from "../../base/index.ts";
import { repositoryUrl } from "../../forges/index.ts";
import { baseBranchOf } from "../turn/checkout.ts";
import { firstSnapshot, noteMissingEnvironment } from "../turn/restore-environment.ts";
import {
  announceProvision,
  type Heads,
  type Provisioned,
  provisionTurn,
} from "../turn/steps/provision-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { siteOf } from "../turn/workspace-layout.ts";
import type { PreparedWork } from "./preparations.ts";
import { fetchMirrors } from "./prepare-work.ts";
import { workFingerprint } from "./work-fingerprint.ts";

/** Provisions a turn with the session's prepared work if it fits, and removes the work otherwise. */
export async function provision(context: TurnContext, signal: AbortSignal): Promise<Provisioned> {
  const { ports, session, turn } = context;
  await announceProvision(context);
  const work = await ports.preparations.claim(session.id, signal);
  const heads = work === null ? null : await useOrAbandon(context, work, signal);
  if (heads !== null) {
    await ports.preparations.finish(session.id);
    if (work?.baseShas != null) {
      await noteMissingEnvironment(context);
      return { heads, isNew: context.checkouts.length > 0 };
    }
  } else if (work !== null || (turn.number === 1 && (await isLeftover(context))))
    await ports.preparations.abandon(session.id);
  return provisionTurn(context, signal);
}

/** Abandons the work if the turn is interrupted or loses its lease. */
async function useOrAbandon(
  context: TurnContext,
  work: PreparedWork,
  signal: AbortSignal,
): Promise<Heads | null> {
  try {
    return await tryUse(context, work, signal);
  } catch (cause) {
    // Ignores errors while stopping, because the first error explains more.
    await Promise.allSettled([context.ports.preparations.abandon(context.session.id)]);
    throw cause;
  }
}

/** True if the session took over a preparation that no worker has, or that this worker could not complete. */
async function isLeftover({ ports, session }: TurnContext): Promise<boolean> {
  return (await ports.store.preparations.find(session.id)) !== null;
}

/**
 * Returns the heads of the prepared checkouts, or no heads for a reply. Returns null if the work does not fit, and on
 * failure, because a turn without prepared work then reports the failure.
 */
async function tryUse(
  context: TurnContext,
  { fingerprint, baseShas }: PreparedWork,
  signal: AbortSignal,
): Promise<Heads | null> {
  if (workFingerprint(context) !== fingerprint) return null;
  if (baseShas === null) return {};
  if ((await firstSnapshot(context)) !== null) return null;
  try {
    return await useCheckouts(context, baseShas, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AppError && (cause.code === "fenced" || cause.code === "unavailable")) throw cause;
    context.ports.log.warn({ err: cause, sessionId: context.session.id }, "prepared work could not be used");
    return null;
  }
}

/**
 * Makes the prepared checkouts those of the turn: fetches the mirrors again and creates the session's branch. Returns
 * null if a branch has moved since the work was prepared.
 */
async function useCheckouts(
  context: TurnContext,
  baseShas: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Heads | null> {
  const { ports, session, checkouts } = context;
  if (!(await fetchMirrors(context, signal))) return null;
  const named = await Promise.all(
    checkouts.map((checkout) =>
      ports.git.nameCheckout(
        {
          site: siteOf(context, checkout),
          publicUrl: repositoryUrl(ports.settings.publicUrl, checkout.repository),
          branch: checkout.use.branchName,
          baseBranch: baseBranchOf(session, checkout.use),
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
  return heads;
}
