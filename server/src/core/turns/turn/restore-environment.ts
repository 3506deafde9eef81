import { retry } from "../../../runtime/retry.ts";
import { AppError, paths } from "../../base/index.ts";
import {
  appendEvent,
  findActiveSnapshot,
  type ProjectOverview,
  type ProjectSnapshot,
} from "../../sessions/index.ts";
import { fetchAgain } from "../environment/fetch-layers.ts";
import type { WorkspaceHandle } from "../sandbox/sandbox.ts";
import { placeRestored, removeRestored } from "../workspace/remove-restored.ts";
import { separateRepositories } from "../workspace/separate-repositories.ts";
import { unpackEnvironment } from "../workspace/unpack-environment.ts";
import { giveUpEnvironment } from "./give-up-environment.ts";
import { limitsOf } from "./open-sandbox.ts";
import type { TurnContext, WorkContext } from "./turn-context.ts";
import { workspaceOf } from "./workspace-layout.ts";

/**
 * Fills the workspace and HOME from the environment of the session's project, if the workspace does not exist yet.
 * Later, a removed workspace is restored from the same environment. The environment's repositories wait in
 * `paths.environment` until they become checkouts. If the environment cannot be used, appends a notice. Returns the number
 * that the session has afterward.
 */
export async function restoreEnvironment(context: TurnContext, signal: AbortSignal): Promise<number> {
  const { ports, session, turn } = context;
  if (session.projectId === null) return session.number;
  const folder = paths.session(ports.settings.dataDir, session.id);
  if (await ports.workspaceFiles.isFolder(folder, "workspace")) return session.number;
  const snapshot = await findSnapshot(context);
  if (snapshot === null) {
    await noteMissingEnvironment(context);
    return session.number;
  }
  const isNew = turn.number === 1 && session.snapshotId === null;
  const store = (number: number) => ports.store.sessions.setSnapshot(context.lease, snapshot.id, number);
  const restored = await tryRestore(context, { snapshot, isNew, store }, signal);
  if (!(restored instanceof AppError)) return restored.sessionNumber;
  await giveUpEnvironment(context, snapshot, restored);
  return session.number;
}

export interface Restoring {
  readonly snapshot: ProjectSnapshot;
  /** True if the session never had files. Its number may then change to that of a copy. */
  readonly isNew: boolean;
  /**
   * Stores that the session starts from the snapshot, and the number that it has from then on. Called when all files are
   * unpacked, before they are renamed.
   */
  store(sessionNumber: number): Promise<void>;
}

export interface Restored {
  /** Number that the session has afterward. */
  readonly sessionNumber: number;
}

/**
 * Replaces the workspace and HOME with the files of the environment. Returns an error if the environment is missing,
 * damaged or cannot be used on this machine.
 */
export async function tryRestore(
  context: WorkContext,
  restoring: Restoring,
  signal: AbortSignal,
): Promise<Restored | AppError> {
  return findProblem(context, restoring.snapshot) ?? restore(context, restoring, signal);
}

/** Errors of a layer that is missing, damaged or cannot be used on this machine. */
const unusable: ReadonlySet<string> = new Set(["not_found", "layer_broken", "unavailable"]);

/** Delays before further attempts to read a layer, because a lack of memory or loop devices may pass. */
const retryMs = [500, 2_000] as const;

function findSnapshot(context: TurnContext): Promise<ProjectSnapshot | null> {
  const { ports, session } = context;
  const { projectId, snapshotId } = session;
  if (projectId !== null && snapshotId !== null)
    return ports.store.projectSnapshots.find(projectId, snapshotId);
  return isStarting(context) ? firstSnapshot(context) : Promise.resolve(null);
}

/** True if no turn of the session has created its checkouts. */
const isStarting = ({ turn, checkouts }: TurnContext) =>
  turn.number === 1 || checkouts.every(({ use }) => use.baseSha === null);

/** Appends a notice if the session's project should have had an environment to start from. */
export async function noteMissingEnvironment(context: TurnContext): Promise<void> {
  const { ports, session, project } = context;
  if (project === null || (session.snapshotId === null && !isStarting(context))) return;
  const current = await ports.store.projects.find(session.organizationId, project.id);
  const reason = decideMissing({ hadSnapshot: session.snapshotId !== null, project: current });
  if (reason === null) return;
  await appendEvent(context, "environment", {
    type: "notice",
    message: `The workspace starts without the environment of ${project.name}, because ${reason}`,
  });
}

/** Returns the reason why there is no environment, as the end of a sentence, or null if no build was ever requested. Pure. */
export function decideMissing({
  hadSnapshot,
  project,
}: {
  /** True if the session started from an environment before. */
  readonly hadSnapshot: boolean;
  /** The project, or null if it was deleted. */
  readonly project: Pick<ProjectOverview, "lastBuild"> | null;
}): string | null {
  if (hadSnapshot) return "the environment that the session started from was deleted.";
  if (project === null) return "the project was deleted.";
  const { lastBuild } = project;
  if (lastBuild === null) return null;
  return ["pending", "running"].includes(lastBuild.status)
    ? "its build has not completed yet."
    : "none of its builds made a usable one. See the builds of the project.";
}

/** Returns `unavailable` if programs of the environment cannot run on this machine, or null. */
function findProblem({ ports }: WorkContext, { platform }: ProjectSnapshot): AppError | null {
  const { architecture } = ports.settings.platform;
  if (platform.architecture === architecture) return null;
  return new AppError(
    "unavailable",
    `It was built on a machine with the architecture ${platform.architecture}, but this machine has ${architecture}.`,
  );
}

/** Returns the environment from which a new session starts, or null. */
export async function firstSnapshot({
  ports,
  session: { projectId, organizationId },
}: Pick<WorkContext, "ports" | "session">): Promise<ProjectSnapshot | null> {
  return projectId === null ? null : findActiveSnapshot(ports, { organizationId, id: projectId });
}

/**
 * Takes a copy of the environment or unpacks it, beside the session's folders. Renames the folders when they are complete
 * and the session's snapshot is stored, the workspace last. A killed worker therefore leaves no incomplete workspace, and
 * none of an unknown snapshot. Returns an error if the environment cannot be used.
 */
async function restore(
  context: WorkContext,
  { snapshot, isNew, store }: Restoring,
  signal: AbortSignal,
): Promise<Restored | AppError> {
  const { ports, session } = context;
  const { dataDir } = ports.settings;
  const staging = { ...workspaceOf(context), sessionId: paths.restoring(session.id) };
  // Files that a killed worker left.
  await removeRestored(ports, session.id);
  try {
    const copyNumber = isNew ? await takeCopy(context, snapshot, staging) : null;
    if (copyNumber === null) {
      const problem = await tryUnpack(context, snapshot, staging, signal);
      if (problem !== null) return problem;
    }
    signal.throwIfAborted();
    const sessionNumber = copyNumber ?? session.number;
    await store(sessionNumber);
    const wanted = context.checkouts.map(({ repository, use }) => ({
      ...{ repositoryId: repository.id, directory: use.directory },
    }));
    const restored = paths.workspace(dataDir, staging.sessionId);
    await separateRepositories(ports, snapshot, wanted, { sessionId: session.id, restored });
    await placeRestored(ports, session.id);
    return { sessionNumber };
  } finally {
    await removeRestored(ports, session.id);
  }
}

/** Takes the environment's copy for the session. Returns its session number, or null if there is none or it cannot be used. */
async function takeCopy(
  { ports, session }: WorkContext,
  { id }: ProjectSnapshot,
  staging: WorkspaceHandle,
): Promise<number | null> {
  try {
    const folder = paths.session(ports.settings.dataDir, staging.sessionId);
    const copyNumber = await ports.environmentCopies.take(id, folder);
    for (const name of copyNumber === null ? [] : ["workspace", "home"])
      if (!(await ports.workspaceFiles.isFolder(folder, name)))
        throw new AppError("not_found", `The copy has no folder ${name}.`);
    return copyNumber;
  } catch (cause) {
    const about = { err: cause, sessionId: session.id, snapshotId: id };
    ports.log.warn(about, "the copy of an environment cannot be used; unpacking the environment");
    await removeRestored(ports, session.id);
    return null;
  }
}

/** Only the layer decides whether the environment can be used. The database, for example, may also be `unavailable`. */
async function tryUnpack(
  context: WorkContext,
  snapshot: ProjectSnapshot,
  workspace: WorkspaceHandle,
  signal: AbortSignal,
): Promise<AppError | null> {
  const { ports, session } = context;
  const unpack = async (attempt: number) => {
    if (attempt > 1) await removeRestored(ports, session.id);
    const place = { workspace, limits: limitsOf(context), priority: "normal" } as const;
    await unpackEnvironment(ports, snapshot, place, signal);
  };
  const unpackWithRetries = () =>
    retry(unpack, {
      afterError: (cause, { number }) =>
        cause instanceof AppError && cause.code === "unavailable" ? (retryMs[number - 1] ?? null) : null,
      signal,
    });
  try {
    await unpackOrFetch(context, snapshot, unpackWithRetries, signal);
    return null;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AppError && unusable.has(cause.code)) return cause;
    throw cause;
  }
}

async function unpackOrFetch(
  { ports, session }: WorkContext,
  snapshot: ProjectSnapshot,
  unpack: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await unpack();
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof AppError) || !["not_found", "layer_broken"].includes(cause.code)) throw cause;
    if (!(await fetchAgain(ports, { session, snapshot, problem: cause }, signal))) throw cause;
    await removeRestored(ports, session.id);
    await unpack();
  }
}
