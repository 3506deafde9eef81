import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { runTogether } from "../../../runtime/run-together.ts";
import { AppError } from "../../base/index.ts";
import { repositoryUrl } from "../../forges/index.ts";
import { baseBranchOf } from "../turn/checkout.ts";
import { measurePhase } from "../turn/measure-phase.ts";
import { firstSnapshot, noteMissingEnvironment } from "../turn/restore-environment.ts";
import {
  announceProvision,
  findChangedLockfiles,
  type OutdatedRepository,
  type Provisioned,
  provisionTurn,
  refreshProject,
} from "../turn/steps/provision-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { environmentFolder, siteOf } from "../turn/workspace-layout.ts";
import type { PreparedWork } from "./preparations.ts";
import { workFingerprint } from "./work-fingerprint.ts";

/**
 * Provisions a turn with the session's prepared work if it fits, and removes the work otherwise. Requests a build if a base
 * branch of the session's project has moved. From then on, this machine has the session's newest files.
 */
export async function provision(context: TurnContext, signal: AbortSignal): Promise<Provisioned> {
  const { ports, lease } = context;
  await announceProvision(context);
  const provisioned = await measurePhase(context, "provision", (traced) => provisionWork(traced, signal));
  await ports.store.savedWorkspaces.setMachine(lease, ports.settings.machineId);
  return provisioned;
}

async function provisionWork(context: TurnContext, signal: AbortSignal): Promise<Provisioned> {
  const { ports, session, turn } = context;
  const work = await ports.preparations.claim(session.id, signal);
  const used = work === null ? null : await useOrAbandon(context, work, signal);
  if (used !== null) {
    await ports.preparations.finish(session.id);
    if (used !== "reply") {
      if (!used.hasEnvironment) await noteMissingEnvironment(context);
      await refreshProject(context, signal);
      return used.provisioned;
    }
  } else if (work !== null || (turn.number === 1 && (await isLeftover(context))))
    await ports.preparations.abandon(session.id);
  return provisionTurn(context, signal);
}

/** Result of prepared work that the turn uses. For a reply, the turn provisions what is left. */
type Used = "reply" | { readonly provisioned: Provisioned; readonly hasEnvironment: boolean };

/** Abandons the work if the turn is interrupted or loses its lease. */
async function useOrAbandon(
  context: TurnContext,
  work: PreparedWork,
  signal: AbortSignal,
): Promise<Used | null> {
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
 * Uses the prepared work for the turn. Returns null if the work does not fit, and on failure, because a turn without
 * prepared work then reports the failure.
 */
async function tryUse(
  context: TurnContext,
  { fingerprint, baseShas, fetchAgain }: PreparedWork,
  signal: AbortSignal,
): Promise<Used | null> {
  const snapshot = baseShas === null ? null : await firstSnapshot(context);
  if (workFingerprint(context, snapshot) !== fingerprint) return null;
  if (baseShas === null) return "reply";
  try {
    if (!(await rejectOnAbort(fetchAgain(), signal))) return null;
    const provisioned = await useCheckouts(context, baseShas, signal);
    if (provisioned === null) return null;
    if (snapshot !== null)
      await context.ports.store.sessions.setSnapshot(context.lease, snapshot.id, context.session.number);
    return { provisioned, hasEnvironment: snapshot !== null };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AppError && (cause.code === "fenced" || cause.code === "unavailable")) throw cause;
    context.ports.log.warn({ err: cause, sessionId: context.session.id }, "prepared work could not be used");
    return null;
  }
}

/**
 * Uses the prepared checkouts for the turn, and creates the session's branch. Returns null if a branch has moved
 * since the work was prepared.
 */
async function useCheckouts(
  context: TurnContext,
  baseShas: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Provisioned | null> {
  const { ports, session, checkouts, turn } = context;
  const named = await runTogether(
    checkouts.map(
      (checkout) => (within: AbortSignal) =>
        ports.git.nameCheckout(
          {
            site: siteOf(context, checkout),
            publicUrl: repositoryUrl(ports.settings.publicUrl, checkout.repository),
            branch: checkout.use.branchName,
            baseBranch: baseBranchOf(session, checkout.use),
            baseSha: baseShas.get(checkout.repository.id) ?? "",
            environment: environmentFolder(context, checkout, turn.id),
          },
          within,
        ),
    ),
    signal,
  );
  const heads: Record<string, string> = {};
  const outdated: OutdatedRepository[] = [];
  for (const [index, { repository }] of checkouts.entries()) {
    const names = named[index];
    if (names == null) return null;
    const sha = baseShas.get(repository.id)!;
    const commits = { from: names.environmentSha ?? null, to: sha };
    const lockfiles = await findChangedLockfiles(ports, repository.id, commits, signal);
    if (lockfiles.length > 0) outdated.push({ repositoryId: repository.id, lockfiles });
    heads[repository.id] = sha;
  }
  for (const [repositoryId, sha] of Object.entries(heads))
    await ports.store.sessions.setBaseSha(context.lease, repositoryId, sha);
  return { heads, isNew: checkouts.length > 0, ...(outdated.length > 0 && { outdated }) };
}
