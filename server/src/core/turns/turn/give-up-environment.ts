import { AppError, asSentence, reason } from "../../base/index.ts";
import {
  appendEvent,
  type ProjectSnapshot,
  requestBuild,
  requestOccasionally,
} from "../../sessions/index.ts";
import type { TurnContext } from "./turn-context.ts";

/** Errors after which only a new build makes a usable environment. */
const needsBuild: ReadonlySet<string> = new Set(["not_found", "layer_broken"]);

/** Records why the turn does without the environment. Requests a build that replaces it. */
export async function giveUpEnvironment(
  context: TurnContext,
  snapshot: ProjectSnapshot,
  cause: AppError,
): Promise<void> {
  const { ports, project, session } = context;
  ports.log.warn({ snapshotId: snapshot.id, reason: reason(cause) }, "an environment cannot be used");
  if (cause.code === "layer_broken")
    await ports.store.projectSnapshots.markBroken(snapshot.id, asSentence(cause), ports.clock.now());
  const isRequested = needsBuild.has(cause.code) && (await tryRequestBuild(context, cause));
  const next = isRequested ? " A build that replaces it was requested." : "";
  await appendEvent(context, "environment", {
    type: "notice",
    message: `The session starts without the environment of ${project?.name ?? session.projectId}, because it is not usable on this machine. ${asSentence(cause)}${next}`,
  });
}

/**
 * Requests a build of a damaged environment at once. Requests one of an environment that only other machines have at
 * most every 30 minutes, because its layers are then missing on those machines. Returns false if none was requested.
 */
async function tryRequestBuild({ ports, project }: TurnContext, { code }: AppError): Promise<boolean> {
  if (project === null) return false;
  if (code === "not_found") return requestOccasionally(ports, project);
  try {
    await requestBuild(ports, project, {});
    return true;
  } catch (cause) {
    if (cause instanceof AppError && ["conflict", "not_found"].includes(cause.code)) return false;
    throw cause;
  }
}
