import { delay } from "../../../runtime/delay.ts";
import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { settlesWithin } from "../../../runtime/with-timeout.ts";
import type { HarnessInfo } from "../../access/index.ts";
import { minuteMs, paths } from "../../base/index.ts";
import { decideDepth, repositoryUrl } from "../../forges/index.ts";
import { asksPermission, loadPrepared, type Preparation } from "../../sessions/index.ts";
import { harnessWish } from "../conversation/open-conversation.ts";
import { startIn } from "../conversation/start-in.ts";
import { systemOf } from "../environment/environment-system.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { closedTools } from "../tool/create-tools.ts";
import { baseBranchOf } from "../turn/checkout.ts";
import { copySkills, skillsOf } from "../turn/guidance/place-skills.ts";
import { loadWorkContext } from "../turn/load-turn-context.ts";
import { environmentOf } from "../turn/open-in-environment.ts";
import { openSandbox } from "../turn/open-sandbox.ts";
import { sandboxFingerprint, toSurroundings } from "../turn/open-warm-sandbox.ts";
import { firstSnapshot } from "../turn/restore-environment.ts";
import { findSubmodules } from "../turn/session-submodules.ts";
import { readHooks } from "../turn/steps/read-hooks.ts";
import { agentOf, type WorkContext } from "../turn/turn-context.ts";
import { checkoutPathOf, siteOf, workspaceOf } from "../turn/workspace-layout.ts";
import { closeWarmSandbox, newWarmSandbox, type WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { decideEarlyStart } from "./decide-early-start.ts";
import type { PreparedWork } from "./preparations.ts";
import { workFingerprint } from "./work-fingerprint.ts";

const maxHooksBytes = 64 * 1024;
/** Limit for a sandbox that is neither used nor discarded. It exceeds the maximum age of a preparation. */
const maxLifeMs = 15 * minuteMs;
/** Time for which a started harness may request the list of the session's tools. */
const listLimitMs = 3_000;
/** Time in which the harness receives the list. */
const listSettleMs = 100;

/**
 * Prepares what a turn would prepare before its prompt: mirrors, checkouts, sandbox and harness. Records nothing. The
 * model gateway, the egress proxy and the git proxy stay closed. Runs no program of a repository: if the harness might
 * run one when it starts, or must start after a `setupScript`, prepares only the checkouts. Returns the reason, for the
 * log, if nothing is prepared, for example because a turn would have something to report first.
 */
export async function prepareWork(
  ports: TurnsPorts,
  preparation: Preparation,
  signal: AbortSignal,
): Promise<PreparedWork | string> {
  const records = await loadPrepared(ports, preparation);
  const context = await loadWorkContext(ports, { ...records, run: null });
  if (context.problem !== null) return context.problem.message;
  const harness = harnessOf(context);
  if (harness?.isInstalled !== true) return "the harness is not installed";
  const isNew = preparation.request !== null;
  // The environment may have become active after the request.
  if (isNew && (await firstSnapshot(context)) !== null) return "the turn restores the project's environment";
  if (!isNew && !(await hasCheckouts(context))) return "the workspace has no checkout";
  if (isNew) await ports.workspaces.prepare(workspaceOf(context));
  await ports.sandboxes.clear(context.session.id);
  if (!(await fetchMirrors(context, signal))) return "a base branch is missing";
  const baseShas = isNew ? await prepareCheckouts(context, signal) : null;
  if (isNew && baseShas === null) return "a repository is empty";
  const work = { fingerprint: workFingerprint(context), baseShas };
  const obstacle = await findObstacle(context, { isNew, harness });
  if (obstacle === null && (await prepareSandbox(context, signal))) return work;
  const why = obstacle ?? "memory is low";
  if (!isNew) return why;
  const { id } = context.session;
  ports.log.info({ preparationId: id, reason: why }, "only the checkouts are prepared");
  return work;
}

function harnessOf(context: WorkContext): HarnessInfo | undefined {
  const { harness } = agentOf(context);
  return context.ports.harnesses.list().find(({ name }) => name === harness);
}

/** Returns the reason why the harness must not start before the prompt, or null. */
async function findObstacle(
  context: WorkContext,
  { isNew, harness }: { readonly isNew: boolean; readonly harness: HarnessInfo },
): Promise<string | null> {
  const { ports, mcp } = context;
  if (isNew && (await hasSetup(context))) return "a setupScript runs before the harness";
  if (!ports.warmSandboxes.hasRoom()) return "memory is low";
  return decideEarlyStart({
    names: await rootNames(context),
    startFiles: harness.startFiles,
    hasService: harness.service !== undefined,
    hasConnections: mcp.servers.length > 0,
  });
}

/** Returns the names in the workspace's folder and in its checkouts, where a harness looks for configuration. */
async function rootNames(context: WorkContext): Promise<string[]> {
  const { ports, session, checkouts } = context;
  const workspace = paths.workspace(ports.settings.dataDir, session.id);
  const roots = [workspace, ...checkouts.map((checkout) => checkoutPathOf(context, checkout))];
  return (await Promise.all(roots.map((root) => ports.workspaceFiles.list(root)))).flat();
}

/** True if a reply's workspace still contains its checkouts. */
async function hasCheckouts({ ports, session, checkouts }: WorkContext): Promise<boolean> {
  const folder = paths.session(ports.settings.dataDir, session.id);
  if (!(await ports.workspaceFiles.isFolder(folder, "workspace"))) return false;
  const workspace = paths.workspace(ports.settings.dataDir, session.id);
  for (const { use } of checkouts)
    if (!(await ports.workspaceFiles.isFolder(workspace, use.directory))) return false;
  return true;
}

/** Updates the mirrors. Returns false if a base branch is missing, because a turn must report that. */
export async function fetchMirrors(
  { ports, session, organization, checkouts }: WorkContext,
  signal: AbortSignal,
): Promise<boolean> {
  const fetched = await Promise.all(
    checkouts.map(async ({ repository, use, forge }) =>
      ports.git.fetchMirror(
        {
          mirrorPath: paths.mirror(ports.settings.dataDir, repository.id),
          remote: await forge.remote(repository),
          depth: decideDepth(organization.settings.cloneDepth),
          ...(use.baseSha === null && { baseBranch: baseBranchOf(session, use) }),
        },
        signal,
      ),
    ),
  );
  return fetched.every(({ headBranch }) => headBranch === null);
}

async function prepareCheckouts(
  context: WorkContext,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | null> {
  const { ports, session, checkouts } = context;
  const shas = new Map<string, string>();
  await Promise.all(
    checkouts.map(async (checkout) => {
      const { repository, use } = checkout;
      const sha = await ports.git.prepareCheckout(
        {
          site: siteOf(context, checkout),
          publicUrl: repositoryUrl(ports.settings.publicUrl, repository),
          baseBranch: baseBranchOf(session, use),
        },
        signal,
      );
      if (sha !== null) shas.set(repository.id, sha);
    }),
  );
  return shas.size === checkouts.length ? shas : null;
}

/** True if a checkout has a `setupScript`, or hooks that cannot be read, which the turn reports. */
async function hasSetup(context: WorkContext): Promise<boolean> {
  for (const checkout of context.checkouts) {
    try {
      const root = checkoutPathOf(context, checkout);
      const text = await context.ports.workspaceFiles.readText(root, ".tembo.json", maxHooksBytes);
      if (text !== null && readHooks(text).setupScript.length > 0) return true;
    } catch {
      return true;
    }
  }
  return false;
}

/** Opens the sandbox and starts the harness in it. Returns false if the sandbox could not be kept. */
async function prepareSandbox(context: WorkContext, signal: AbortSignal): Promise<boolean> {
  const { ports, session, message } = context;
  const { readOnlyPaths } = await ports.harnesses.install(session.harness, () => {}, signal);
  const { reachable: submodules } = await findSubmodules(context, signal);
  const { mode } = message.options ?? session.options;
  const snapshot = await environmentOf(context);
  const system = snapshot && systemOf(snapshot, context.project);
  const wish = { readOnlyPaths, isWorkspaceReadOnly: mode === "plan", submodules, system };
  signal.throwIfAborted();
  const sandbox = await openSandbox(context, wish);
  const warm = newWarmSandbox({
    sandbox,
    fingerprint: sandboxFingerprint(context, wish),
    hasSystem: system !== null,
    surroundings: toSurroundings(context, sandbox),
  });
  try {
    await startHarness(context, warm, signal);
    signal.throwIfAborted();
  } catch (cause) {
    // Ignores errors while stopping, because the first error explains more.
    await Promise.allSettled([closeWarmSandbox(warm)]);
    throw cause;
  }
  return ports.warmSandboxes.putPrepared(session.id, warm, new Date(ports.clock.now().getTime() + maxLifeMs));
}

async function startHarness(context: WorkContext, warm: WarmSandbox, signal: AbortSignal): Promise<void> {
  const { ports, session } = context;
  const listed = Promise.withResolvers<void>();
  // The only open endpoint. The network would be in reach of every program that starts with the harness.
  await using _ = await openToolList(context, warm.sandbox, listed.resolve);
  const skills = await skillsOf(context);
  const failure = await copySkills(context, warm.sandbox, skills, signal);
  if (failure !== null) throw new Error(failure);
  const known = await ports.store.conversations.find(session.id, session.harness);
  const wish = {
    ...harnessWish(context, warm.sandbox, skills),
    decidePermission: asksPermission(context) ? async () => "deny" as const : null,
    onProtocolLine: null,
  };
  const conversationId = known?.id ?? null;
  await startIn(warm, { harnesses: ports.harnesses, wish, conversationId, isPrepared: true }, signal);
  // A harness may open the conversation before it has connected to the tools, and would later report that it cannot.
  if (wish.mcpServers.length === 0) return;
  const isListed = await rejectOnAbort(settlesWithin(listed.promise, listLimitMs), signal);
  if (isListed) await delay(listSettleMs, signal);
}

/** Opens the list of the session's tools, which a harness requests when it starts. No tool can be called. */
async function openToolList(
  { ports }: WorkContext,
  sandbox: Sandbox,
  onListed: () => void,
): Promise<AsyncDisposable> {
  const tools = await ports.broker.openTools({ ...sandbox.forward("tools"), tools: closedTools(onListed) });
  return { [Symbol.asyncDispose]: () => tools.close() };
}
