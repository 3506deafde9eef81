import type Tembo from "@tembo-io/sdk";
import { pollUntil } from "../../../server/src/runtime/poll-until.ts";

const PAUSE_MS = 300;
const BUILD_LIMIT_MS = 10 * 60_000;
/** A schedule requests a build in the next minute. */
const SCHEDULE_LIMIT_MS = 2 * 60_000;

/** Requests a whole build, and returns its duration in milliseconds. Throws if it does not complete. */
export async function timeBuild(client: Tembo, projectId: string): Promise<number> {
  const { jobIds } = await client.projects.builds.create(projectId);
  return (await awaitEnd(client, projectId, jobIds[0]!)).ms;
}

/** Returns the duration in milliseconds of a build that a schedule requests. Throws if it is not incremental. */
export async function timeScheduledBuild(client: Tembo, projectId: string): Promise<number> {
  const newest = async () => (await client.projects.builds.list(projectId, { limit: 1 })).items[0];
  const before = (await newest())?.id;
  const { id } = await client.projects.schedules.create(projectId, { cron: "* * * * *" });
  const hasNew = async () => (await newest())?.id !== before;
  await pollUntil(hasNew, { every: PAUSE_MS, timeoutMs: SCHEDULE_LIMIT_MS });
  await client.projects.schedules.delete(projectId, id);
  const { ms, logs } = await awaitEnd(client, projectId, (await newest())!.id);
  if (logs.includes("[Building on the environment of") && !logs.includes("[Building everything again.]"))
    return ms;
  throw new Error(`The build was not incremental. Its log:\n${logs}`);
}

async function awaitEnd(client: Tembo, projectId: string, buildId: string) {
  const find = () => client.projects.builds.retrieve(projectId, buildId);
  const hasEnded = async () => !["pending", "running"].includes((await find()).status);
  await pollUntil(hasEnded, { every: PAUSE_MS, timeoutMs: BUILD_LIMIT_MS });
  const { status, startedAt, completedAt, failure, logs } = await find();
  if (status !== "completed")
    throw new Error(`The build did not complete. Its status is ${status}. ${failure ?? ""}`);
  return { ms: Date.parse(completedAt ?? "") - Date.parse(startedAt ?? ""), logs };
}
