import type { HarnessInfo } from "../../access/index.ts";
import { minuteMs } from "../../base/index.ts";
import { loadPrepared, type Preparation } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { loadWorkContext } from "../turn/load-turn-context.ts";
import { environmentOf } from "../turn/open-in-environment.ts";
import { firstSnapshot } from "../turn/restore-environment.ts";
import { agentOf, type WorkContext, withSessionNumber } from "../turn/turn-context.ts";
import { findNewObstacle, findReplyObstacle } from "./find-obstacle.ts";
import type { PreparedWork } from "./preparations.ts";
import { prepareSandbox } from "./prepare-sandbox.ts";
import { fetchMirrors, hasCheckouts, prepareWorkspace } from "./prepare-workspace.ts";
import { workFingerprint } from "./work-fingerprint.ts";

const fetchLimitMs = minuteMs;

/**
 * Prepares what a turn would prepare before its prompt: environment, mirrors, checkouts, sandbox and harness. Records
 * nothing. The model gateway, the egress proxy and the git proxy stay closed. Runs no program of a repository or a build:
 * if the harness might run one when it starts, or must start after a script, the harness does not start. Returns the
 * reason, for the log, if nothing is prepared, for example because a turn would have something to report first.
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
  await ports.sandboxes.clear(context.session.id);
  return preparation.request === null
    ? prepareReply(context, harness, signal)
    : prepareNew(context, harness, signal);
}

function harnessOf(context: WorkContext): HarnessInfo | undefined {
  const { harness } = agentOf(context);
  return context.ports.harnesses.list().find(({ name }) => name === harness);
}

async function prepareReply(
  context: WorkContext,
  harness: HarnessInfo,
  signal: AbortSignal,
): Promise<PreparedWork | string> {
  if (!(await hasCheckouts(context))) return "the workspace has no checkout";
  if (!(await fetchMirrors(context, signal))) return "a base branch is missing";
  const snapshot = await environmentOf(context);
  const obstacle = await findReplyObstacle(context, { harness, snapshot });
  if (obstacle !== null) return obstacle;
  const problem = await prepareSandbox(context, { snapshot, startsHarness: true }, signal);
  return (
    problem ?? { fingerprint: workFingerprint(context, null), baseShas: null, fetchAgain: async () => true }
  );
}

async function prepareNew(
  loaded: WorkContext,
  harness: HarnessInfo,
  signal: AbortSignal,
): Promise<PreparedWork | string> {
  const { log } = loaded.ports;
  const snapshot = await firstSnapshot(loaded);
  const prepared = await prepareWorkspace(loaded, snapshot, signal);
  if (typeof prepared === "string") return prepared;
  const context = withSessionNumber(loaded, prepared.sessionNumber);
  const about = { preparationId: context.session.id };
  const obstacle = await findNewObstacle(context, { harness, snapshot, prepared });
  const problem = await prepareSandbox(context, { snapshot, startsHarness: obstacle === null }, signal);
  if (problem !== null) log.info({ ...about, reason: problem }, "only the workspace is prepared");
  else if (obstacle !== null) log.info({ ...about, reason: obstacle }, "the harness starts after the prompt");
  return {
    fingerprint: workFingerprint(context, snapshot),
    baseShas: prepared.baseShas,
    fetchAgain: onlyOnce(() => fetchMirrors(context, AbortSignal.timeout(fetchLimitMs))),
  };
}

/** Returns a function whose calls share the result of the first one. */
function onlyOnce<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
