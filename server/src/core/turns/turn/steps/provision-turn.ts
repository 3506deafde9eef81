import { runTogether } from "../../../../runtime/run-together.ts";
import { TaskSequence } from "../../../../runtime/task-sequence.ts";
import { paths } from "../../../base/index.ts";
import { decideDepth, forgePatienceMs, repositoryUrl } from "../../../forges/index.ts";
import { appendEvent, appendStepEvent, decideLimits, describeLimits } from "../../../sessions/index.ts";
import { findLockfiles } from "../../environment/find-lockfiles.ts";
import { refreshMoved } from "../../environment/refresh-moved.ts";
import type { HarnessInstallation } from "../../harness/harness.ts";
import { adoptWaiting } from "../adopt/adopt-waiting.ts";
import { baseBranchOf, type Checkout } from "../checkout.ts";
import { restoreEnvironment } from "../restore-environment.ts";
import { hasNewestFiles } from "../saved-workspace/has-newest-files.ts";
import { restoreCaptures, restoreFiles } from "../saved-workspace/restore-saved.ts";
import { restoreTracked } from "../saved-workspace/restore-tracked.ts";
import { type TurnContext, withSessionNumber } from "../turn-context.ts";
import { environmentFolder, siteOf } from "../workspace-layout.ts";

/** Head of each repository's branch on its forge before the harness starts, by repository ID. */
export type Heads = Readonly<Record<string, string | null>>;

export interface Provisioned {
  /** Number of the session, if it changed to that of the copy from which the workspace started. */
  readonly sessionNumber?: number;
  readonly heads: Heads;
  /** True if a checkout was created, or restored without ignored files. The effects of an earlier setupScript are then lost. */
  readonly isNew: boolean;
  /** Repositories whose lockfiles differ from those of the environment. */
  readonly outdated?: readonly OutdatedRepository[];
}

export interface OutdatedRepository {
  readonly repositoryId: string;
  /** Names of the lockfiles that differ. */
  readonly lockfiles: readonly string[];
}

/** Appends the event for the start of the step. */
export function announceProvision(context: TurnContext): Promise<void> {
  return appendStepEvent(context, "provision", provisionMessage(context));
}

/**
 * Fetches mirrors, installs the harness if it is missing, and creates missing checkouts. Requests a build if a base
 * branch of the session's project has moved. With a warm sandbox, only creates missing checkouts.
 */
export async function provisionTurn(context: TurnContext, signal: AbortSignal): Promise<Provisioned> {
  const { checkouts, session } = context;
  if (await claimMachine(context, signal)) {
    // The mirrors were fetched recently, and a push queries the forge again.
    const bases = checkouts.map(({ use }) => baseBranchOf(session, use));
    return checkOut(context, bases, signal);
  }
  try {
    return await provisionFolders(context, signal);
  } catch (cause) {
    // Ignores errors while stopping, because the first error explains more.
    await Promise.allSettled([context.ports.warmSandboxes.stop(session.id, "Its workspace is incomplete.")]);
    throw cause;
  }
}

async function provisionFolders(context: TurnContext, signal: AbortSignal): Promise<Provisioned> {
  const { checkouts, session } = context;
  const [sessionNumber, , bases] = await runTogether(
    [
      (within) => prepareWorkspace(context, within),
      (within) => installHarness(context, within),
      (within) =>
        runTogether(
          checkouts.map((checkout) => (each: AbortSignal) => fetchBase(context, checkout, each)),
          within,
        ),
    ],
    signal,
  );
  await refreshProject(context, signal);
  await restoreCaptures(context, signal);
  const numbered = withSessionNumber(context, sessionNumber);
  const checkedOut = await checkOut(numbered, bases, signal);
  const isCompleted = await restoreTracked(numbered, signal);
  const provisioned = { ...checkedOut, isNew: checkedOut.isNew || isCompleted };
  return sessionNumber === session.number ? provisioned : { ...provisioned, sessionNumber };
}

/** Requests a build if a base branch of the session's project has moved. The mirrors must be current. */
export async function refreshProject(
  { ports, project, checkouts }: TurnContext,
  signal: AbortSignal,
): Promise<void> {
  if (project === null) return;
  const repositories = checkouts.map(({ repository }) => repository);
  await refreshMoved(ports, project, repositories, signal);
}

/**
 * Creates the session's missing folders: from its saved files, from a waiting harness or from the environment of its
 * project if there are any. Terminates programs that an earlier process left running, because host git works in the
 * workspace before a sandbox opens. Returns the number that the session has afterward.
 */
async function prepareWorkspace(context: TurnContext, signal: AbortSignal): Promise<number> {
  const { ports, session } = context;
  await ports.sandboxes.clear(session.id);
  await restoreFiles(context, signal);
  const sessionNumber = (await adoptWaiting(context, signal)) ?? (await restoreEnvironment(context, signal));
  await ports.workspaces.prepare({ sessionId: session.id, sessionNumber });
  return sessionNumber;
}

/**
 * Claims the session's warm sandbox. Returns true if the sandbox is running in this process. If its workspace was
 * removed or is no longer the newest one, stops it and returns false.
 */
async function claimMachine(
  { ports, session }: Pick<TurnContext, "ports" | "session">,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(await ports.warmSandboxes.claim(session.id, signal))) return false;
  if (!(await hasNewestFiles(ports, session.id))) {
    await ports.warmSandboxes.stop(session.id, "Another machine has newer files.");
    return false;
  }
  const folder = paths.session(ports.settings.dataDir, session.id);
  if (await ports.workspaceFiles.isFolder(folder, "workspace")) return true;
  await ports.warmSandboxes.stop(session.id, "The workspace was removed.");
  return false;
}

/**
 * Updates the mirror and returns the branch that the work starts from. If a fork's branch does not exist on the forge,
 * returns the branch that the session would otherwise start from, and appends a notice. If any other branch does not
 * exist and no person chose it, switches the session to the default branch and appends a notice.
 */
async function fetchBase(context: TurnContext, checkout: Checkout, signal: AbortSignal): Promise<string> {
  const { ports, session, organization } = context;
  const { repository, use, forge } = checkout;
  const baseBranch = baseBranchOf(session, use);
  const isNew = use.baseSha === null;
  const { headBranch } = await ports.git.fetchMirror(
    {
      mirrorPath: paths.mirror(ports.settings.dataDir, repository.id),
      remote: await forge.remote(repository),
      depth: decideDepth(organization.settings.cloneDepth),
      patienceMs: forgePatienceMs,
      ...(isNew ? { baseBranch, branch: use.branchName } : {}),
    },
    signal,
  );
  if (headBranch !== null && use.baseBranch !== null) {
    const base = session.baseBranch ?? use.targetBranch;
    await appendEvent(context, `forkBranch:${repository.id}`, {
      type: "notice",
      message: `${use.directory} has no branch ${baseBranch} on its forge. The work starts from ${base}.`,
    });
    return base;
  }
  // If a person specified the missing branch, a person must change it.
  if (headBranch === null || session.baseBranch !== null || session.targetBranch !== null) return baseBranch;
  await ports.store.sessions.retarget(session.id, repository.id, headBranch);
  await appendEvent(context, `headBranch:${repository.id}`, {
    type: "notice",
    message: `${use.directory} no longer has a branch ${baseBranch}. The work starts from ${headBranch}, which is now its default branch.`,
  });
  return headBranch;
}

/**
 * Creates missing checkouts, and stores the base commit of each new one. The workspace must be prepared first, so that
 * its files belong to the sandbox's user. `bases` are in the order of the checkouts.
 */
async function checkOut(
  context: TurnContext,
  bases: readonly string[],
  signal: AbortSignal,
): Promise<Provisioned> {
  const { ports, checkouts, turn } = context;
  const heads: Record<string, string | null> = {};
  const outdated: OutdatedRepository[] = [];
  let isAnyNew = false;
  await runTogether(
    checkouts.map((checkout, index) => async (within: AbortSignal) => {
      const { repository, use } = checkout;
      const { baseSha, headSha, isNew, environmentSha } = await ports.git.createCheckout(
        {
          site: siteOf(context, checkout),
          publicUrl: repositoryUrl(ports.settings.publicUrl, repository),
          branch: use.branchName,
          baseBranch: bases[index]!,
          environment: environmentFolder(context, checkout, turn.id),
        },
        within,
      );
      const commits = { from: environmentSha ?? null, to: headSha };
      const lockfiles = await findChangedLockfiles(ports, repository.id, commits, within);
      if (lockfiles.length > 0) outdated.push({ repositoryId: repository.id, lockfiles });
      if (use.baseSha === null) await ports.store.sessions.setBaseSha(context.lease, repository.id, baseSha);
      heads[repository.id] = headSha;
      isAnyNew ||= isNew;
    }),
    signal,
  );
  return { heads, isNew: isAnyNew, ...(outdated.length > 0 && { outdated }) };
}

/** Returns the names of the lockfiles of the session's commit that differ from those of the environment. */
export async function findChangedLockfiles(
  ports: TurnContext["ports"],
  repositoryId: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  signal: AbortSignal,
): Promise<string[]> {
  if (from === null || to === null || from === to) return [];
  const [before, now] = await Promise.all(
    [from, to].map((commit) => findLockfiles(ports, repositoryId, commit, signal)),
  );
  return [...now!].filter(([path, id]) => before!.get(path) !== id).map(([path]) => path);
}

/**
 * Installs the harness if it is missing. Appends progress messages as notices, so that the first turn on a machine does
 * not appear to hang.
 */
export async function installHarness(
  context: TurnContext,
  signal: AbortSignal,
): Promise<HarnessInstallation> {
  let line = 0;
  const appends = new TaskSequence();
  const installation = await context.ports.harnesses.install(
    context.session.harness,
    (message) => {
      line += 1;
      const key = `install:${context.lease.attempt}:${line}`;
      appends.add(() => appendEvent(context, key, { type: "notice", activity: "install", message }));
    },
    signal,
  );
  await appends.settled();
  return installation;
}

function provisionMessage({
  checkouts,
  session,
  ports,
}: Pick<TurnContext, "checkouts" | "session" | "ports">): string {
  const limits = decideLimits(session.sandboxSize, ports.settings.machine);
  const capped = limits.isCapped ? " The machine does not have enough resources for the full size." : "";
  const size = `The sandbox has ${describeLimits(limits)}.${capped}`;
  if (checkouts.length === 0) return `Preparing an empty workspace. ${size}`;
  return `Preparing the workspace with ${checkouts.map(({ use }) => use.directory).join(", ")}. ${size}`;
}
