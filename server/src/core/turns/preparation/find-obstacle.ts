import type { HarnessInfo } from "../../access/index.ts";
import { paths } from "../../base/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { systemOf } from "../environment/environment-system.ts";
import { readHooks } from "../turn/steps/read-hooks.ts";
import type { WorkContext } from "../turn/turn-context.ts";
import { checkoutPathOf } from "../turn/workspace-layout.ts";
import { decideEarlyStart } from "./decide-early-start.ts";
import type { PreparedWorkspace } from "./prepare-workspace.ts";

const maxHooksBytes = 64 * 1024;

/** Returns the reason why the harness of a new session must not start before the prompt, or null. */
export async function findNewObstacle(
  context: WorkContext,
  {
    harness,
    snapshot,
    prepared: { isOutdated, hasForeignSubmodules },
  }: {
    readonly harness: HarnessInfo;
    readonly snapshot: ProjectSnapshot | null;
    readonly prepared: PreparedWorkspace;
  },
): Promise<string | null> {
  return decideEarlyStart({
    ...(await factsOf(context, harness, snapshot)),
    homeNames: await homeNames(context),
    hasOwnSystem: snapshot !== null && systemOf(snapshot, null) !== null,
    hasForeignSubmodules,
    hasSetup: await hasSetup(context),
    installsDependencies: isOutdated && context.project?.installsDependencies === true,
  });
}

/**
 * Returns the reason why the harness of a reply must not start before the prompt, or null. Programs of earlier turns have
 * already run in this HOME and this system, and may run again.
 */
export async function findReplyObstacle(
  context: WorkContext,
  { harness, snapshot }: { readonly harness: HarnessInfo; readonly snapshot: ProjectSnapshot | null },
): Promise<string | null> {
  return decideEarlyStart({
    ...(await factsOf(context, harness, snapshot)),
    ...{ homeNames: [], hasOwnSystem: false, hasForeignSubmodules: false },
    ...{ hasSetup: false, installsDependencies: false },
  });
}

async function factsOf(context: WorkContext, harness: HarnessInfo, snapshot: ProjectSnapshot | null) {
  const startScripts = [context.project?.startScript, snapshot?.base?.startScript];
  return {
    workspaceNames: await workspaceNames(context),
    checkoutNames: await checkoutNames(context),
    startFiles: harness.startFiles,
    hasService: harness.service !== undefined,
    hasConnections: context.mcp.servers.length > 0,
    hasStartScript: startScripts.some((script) => script != null && script.trim() !== ""),
  };
}

/** Returns the names in the workspace's folder. */
function workspaceNames({ ports, session }: WorkContext): Promise<string[]> {
  return ports.workspaceFiles.list(paths.workspace(ports.settings.dataDir, session.id));
}

/** Returns the names in the roots of the checkouts. */
async function checkoutNames(context: WorkContext): Promise<string[]> {
  const roots = context.checkouts.map((checkout) => checkoutPathOf(context, checkout));
  return (await Promise.all(roots.map((root) => context.ports.workspaceFiles.list(root)))).flat();
}

/** Returns the names in HOME. For the folder of caches, returns its contents, as paths. */
async function homeNames({ ports, session }: WorkContext): Promise<string[]> {
  const home = paths.home(ports.settings.dataDir, session.id);
  const names = await ports.workspaceFiles.list(home);
  if (!(await ports.workspaceFiles.isFolder(home, cacheFolder))) return names;
  const caches = await ports.workspaceFiles.list(`${home}/${cacheFolder}`);
  return [...names.filter((name) => name !== cacheFolder), ...caches.map((name) => `${cacheFolder}/${name}`)];
}

const cacheFolder = ".cache";

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
