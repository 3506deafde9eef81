import { AppError } from "../../../base/index.ts";
import type { SessionsPorts, SessionsQueries } from "../../ports.ts";
import type { ProjectBuild } from "./project-build.ts";

type Store = Pick<SessionsQueries, "projectBuilds">;

/** Number of log entries that one query reads. */
const pageLength = 500;
const newestBuilds = 20;

/** Returns a build. Throws `not_found` if the project has no such build. */
export async function getBuild(
  { store }: { readonly store: Store },
  projectId: string,
  id: string,
): Promise<ProjectBuild> {
  const build = await store.projectBuilds.find(projectId, id);
  if (build !== null) return build;
  throw new AppError("not_found", `The project has no build ${id}.`);
}

/** True if the last build of the project that completed or failed has failed. Looks only at the newest builds. */
export async function hasJustFailed(
  { store }: { readonly store: Store },
  projectId: string,
): Promise<boolean> {
  const { items } = await store.projectBuilds.list(projectId, { limit: newestBuilds });
  const last = items.find(({ state: { status } }) => status === "completed" || status === "failed");
  return last?.state.status === "failed";
}

/** Returns the whole log of a build. The log's size is limited when it is written. */
export async function readBuildLog({ store }: { readonly store: Store }, buildId: string): Promise<string> {
  const texts: string[] = [];
  for (let afterSeq = 0; ; ) {
    const page = await store.projectBuilds.readLog(buildId, afterSeq, pageLength);
    texts.push(...page.map(({ text }) => text));
    if (page.length < pageLength) return texts.join("");
    afterSeq = page.at(-1)!.seq;
  }
}

/**
 * Cancels a pending or running build. The worker that runs it stops at its next write. Throws `not_found` if the project
 * has no such build, or `conflict` if it has ended.
 */
export async function cancelBuild(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  projectId: string,
  id: string,
): Promise<void> {
  const build = await getBuild({ store }, projectId, id);
  if (await store.projectBuilds.cancel(projectId, build.id, clock.now())) return;
  const { state } = await getBuild({ store }, projectId, id);
  throw new AppError(
    "conflict",
    `The build is already ${state.status === "cancelled" ? "canceled" : state.status}. Only a pending or running build can be canceled.`,
  );
}
