import { minuteMs, paths } from "../../base/index.ts";
import { decideDepth, repositoryUrl } from "../../forges/index.ts";
import { asksPermission, loadPrepared, type Preparation } from "../../sessions/index.ts";
import { harnessWish } from "../conversation/open-conversation.ts";
import { startIn } from "../conversation/start-in.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { closedTools } from "../tool/create-tools.ts";
import { baseBranchOf } from "../turn/checkout.ts";
import { copySkills, skillsOf } from "../turn/guidance/place-skills.ts";
import { loadWorkContext } from "../turn/load-turn-context.ts";
import { openEgress } from "../turn/open-broker-endpoints.ts";
import { openSandbox } from "../turn/open-sandbox.ts";
import { sandboxFingerprint, toSurroundings } from "../turn/open-warm-sandbox.ts";
import { firstSnapshot } from "../turn/restore-environment.ts";
import { findSubmodules } from "../turn/session-submodules.ts";
import { readHooks } from "../turn/steps/read-hooks.ts";
import { agentOf, type WorkContext } from "../turn/turn-context.ts";
import { checkoutPathOf, siteOf, workspaceOf } from "../turn/workspace-layout.ts";
import { closeWarmSandbox, newWarmSandbox, type WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import type { PreparedWork } from "./preparations.ts";
import { workFingerprint } from "./work-fingerprint.ts";

const maxHooksBytes = 64 * 1024;
/** Limit for a sandbox that is neither used nor discarded. It exceeds the maximum age of a preparation. */
const maxLifeMs = 15 * minuteMs;

/**
 * Prepares what a turn would prepare before its prompt: mirrors, checkouts, sandbox and harness. Records nothing, and
 * never calls a model: the model gateway and the git proxy stay closed. Runs no program of a repository. If a
 * repository has a `setupScript`, prepares only the checkouts, because the harness must start after that script.
 * Returns null if a turn would have something to report first.
 */
export async function prepareWork(
  ports: TurnsPorts,
  preparation: Preparation,
  signal: AbortSignal,
): Promise<PreparedWork | null> {
  const records = await loadPrepared(ports, preparation);
  const context = await loadWorkContext(ports, { ...records, run: null });
  if (context.problem !== null || !isHarnessInstalled(context)) return null;
  const isNew = preparation.request !== null;
  // The turn restores the environment.
  if (isNew && (await firstSnapshot(context)) !== null) return null;
  if (!isNew && !(await hasCheckouts(context))) return null;
  if (isNew) await ports.workspaces.prepare(workspaceOf(context), [], signal);
  await ports.sandboxes.clear(context.session.id);
  if (!(await fetchMirrors(context, signal))) return null;
  const baseShas = isNew ? await prepareCheckouts(context, signal) : null;
  if (isNew && baseShas === null) return null;
  const work = { fingerprint: workFingerprint(context), baseShas };
  if ((isNew && (await hasSetup(context))) || !ports.warmSandboxes.hasRoom()) return work;
  const isUp = await prepareSandbox(context, signal);
  return isUp || isNew ? work : null;
}

function isHarnessInstalled(context: WorkContext): boolean {
  const { harness } = agentOf(context);
  return context.ports.harnesses.list().some(({ name, isInstalled }) => name === harness && isInstalled);
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
  const wish = { readOnlyPaths, isWorkspaceReadOnly: mode === "plan", submodules };
  signal.throwIfAborted();
  const sandbox = await openSandbox(context, wish);
  const warm = newWarmSandbox({
    sandbox,
    fingerprint: sandboxFingerprint(context, wish),
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
  await using _ = await openStartEndpoints(context, warm.sandbox);
  const skills = await skillsOf(context);
  const failure = await copySkills(context, warm.sandbox, skills, signal);
  if (failure !== null) throw new Error(failure);
  const known = await ports.store.conversations.find(session.id, session.harness);
  await startIn(
    warm,
    {
      harnesses: ports.harnesses,
      wish: {
        ...harnessWish(context, warm.sandbox, skills),
        decidePermission: asksPermission(context) ? async () => "deny" : null,
        onProtocolLine: null,
      },
      conversationId: known?.id ?? null,
      isPrepared: true,
    },
    signal,
  );
}

/**
 * Opens the endpoints that a harness uses when it starts: the list of the session's tools, and the egress proxy with
 * the session's policy for its MCP servers.
 */
async function openStartEndpoints(context: WorkContext, sandbox: Sandbox): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  try {
    const tools = await context.ports.broker.openTools({ ...sandbox.forward("tools"), tools: closedTools() });
    stack.defer(() => tools.close());
    const egress = await openEgress(context, sandbox.forward("egress"), () => {});
    stack.defer(() => egress.close());
    return stack;
  } catch (cause) {
    await stack.disposeAsync();
    throw cause;
  }
}
