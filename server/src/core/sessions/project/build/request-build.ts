import { type ProjectSize, projectSizes } from "@tembo/contract";
import { AppError, isId, newId } from "../../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../../ports.ts";
import { lockProject } from "../get-project.ts";
import type { Project } from "../project.ts";
import type { ProjectSnapshot } from "../snapshot/project-snapshot.ts";
import { type BuildTrigger, type ProjectBuild, recipeOf } from "./project-build.ts";

export interface BuildRequest {
  /** Sizes of which the build runs in the largest, or undefined for the project's largest size. */
  readonly sizes?: readonly ProjectSize[];
  /** ID of a snapshot to build again with its own recipe. */
  readonly snapshotId?: string;
}

/**
 * Requests a build of the project. Returns the ID of the build that serves the request: a pending one, or a new one that
 * starts after the running build has ended. Throws `not_found` if the project does not exist, `invalid_input` if it lacks
 * the snapshot or a size, or `conflict` if the pending build rebuilds something else.
 */
export function requestBuild(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  { organizationId, id }: Pick<Project, "organizationId" | "id">,
  { sizes, snapshotId }: BuildRequest,
): Promise<string> {
  return store.transaction(async (tx) => {
    const project = await lockProject(tx, organizationId, id);
    const lacking = sizes?.find((size) => !project.sizes.includes(size));
    if (lacking !== undefined)
      throw new AppError(
        "invalid_input",
        `The project has no size ${lacking}. Use one of ${project.sizes.join(", ")}.`,
        { field: "sizes" },
      );
    const rebuilt = snapshotId === undefined ? null : await findRebuilt(tx, id, snapshotId);
    return enqueueBuild(tx, project, {
      trigger: rebuilt === null ? "manual" : "rebuild",
      at: clock.now(),
      rebuilt,
      ...(sizes && { sizes }),
    });
  });
}

async function findRebuilt(
  tx: Pick<SessionsTransaction, "projectSnapshots">,
  projectId: string,
  id: string,
): Promise<ProjectSnapshot> {
  const snapshot = isId(id) ? await tx.projectSnapshots.find(projectId, id) : null;
  if (snapshot !== null) return snapshot;
  throw new AppError("invalid_input", `The project has no snapshot ${id}. Use another "snapshotId".`, {
    field: "snapshotId",
  });
}

interface NewBuild {
  readonly trigger: BuildTrigger;
  readonly at: Date;
  readonly sizes?: readonly ProjectSize[];
  readonly rebuilt?: ProjectSnapshot | null;
}

/**
 * Inserts a pending build, unless the project has one. A pending refresh that a person also requests becomes a whole
 * build. Returns the ID of the pending build. The caller holds the lock on the project, but a worker can claim the pending
 * build at any time. Throws `conflict` if the pending build has another recipe to build from.
 */
export async function enqueueBuild(
  tx: Pick<SessionsTransaction, "projectBuilds">,
  project: Project,
  wanted: NewBuild,
): Promise<string> {
  const pending = await tx.projectBuilds.findPending(project.id);
  const isJoined = pending !== null && wanted.trigger === "manual" && pending.trigger === "scheduled";
  if (pending === null || (isJoined && !(await tx.projectBuilds.makeManual(pending.id)))) {
    const build = newBuild(project, wanted);
    await tx.projectBuilds.insert(build);
    return build.id;
  }
  if (wanted.trigger === "scheduled" || pending.rebuildOf === (wanted.rebuilt?.id ?? null)) return pending.id;
  throw new AppError(
    "conflict",
    `The build ${pending.id} is waiting and builds ${pending.rebuildOf === null ? "the project's settings" : `snapshot ${pending.rebuildOf} again`}. Cancel it, or wait until it has started.`,
  );
}

/** Returns a pending build with the project's recipe, or with the recipe of the snapshot to build again. Pure. */
export function newBuild(project: Project, { trigger, at, sizes, rebuilt = null }: NewBuild): ProjectBuild {
  return {
    id: newId(at.getTime()),
    projectId: project.id,
    trigger,
    size: largest(sizes ?? project.sizes),
    recipe: rebuilt?.recipe ?? recipeOf(project),
    rebuildOf: rebuilt?.id ?? null,
    identity: null,
    progress: null,
    state: { status: "pending" },
    createdAt: at,
  };
}

const largest = (sizes: readonly ProjectSize[]) => projectSizes.findLast((size) => sizes.includes(size))!;
