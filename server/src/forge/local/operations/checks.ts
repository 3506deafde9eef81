import { AppError } from "../../../core/base/index.ts";
import type { LocalCheck } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { commitSha } from "../git/plumbing.ts";
import { noSuch } from "./heads.ts";

/** Maximum length of a check's log. The start of a longer log is removed. */
const maxLogChars = 2_000_000;

export type CheckInput = Pick<
  LocalCheck,
  "kind" | "name" | "state" | "url" | "summary" | "log" | "startedAt" | "completedAt"
>;

/** Adds a check and publishes its events. Throws `invalid_input` if the repository does not contain the commit. */
export async function addCheck(
  context: LocalContext,
  { repository, gitDir, actor }: Place,
  sha: string,
  input: CheckInput,
): Promise<LocalCheck> {
  const found = /^[0-9a-f]{40}$/.test(sha) ? await commitSha(gitDir, sha) : null;
  if (found === null) throw new AppError("invalid_input", `No commit found for SHA: ${sha}`);
  const check = await context.records.checks.insert({
    ...input,
    log: input.log?.slice(-maxLogChars) ?? null,
    sha: found,
    repositoryId: repository.id,
    author: actor.user,
  });
  await publishCheck(context, { repository, actor }, check, true);
  return check;
}

export async function changeCheck(
  context: LocalContext,
  place: Place,
  id: number,
  change: Partial<Omit<CheckInput, "kind">>,
): Promise<LocalCheck> {
  const { records } = context;
  const known = await getCheck(context, place, id);
  const { log } = change;
  const check = (await records.checks.update(place.repository.id, id, {
    ...change,
    ...(typeof log === "string" && { log: log.slice(-maxLogChars) }),
  }))!;
  if (known.completedAt === null && check.completedAt !== null)
    await publishCheck(context, place, check, false);
  return check;
}

export async function getCheck(context: LocalContext, place: Place, id: number): Promise<LocalCheck> {
  const check = await context.records.checks.find(place.repository.id, id);
  if (check === null || check.kind !== "job") throw noSuch(place, "check run", id);
  return check;
}

async function publishCheck(
  context: LocalContext,
  { repository, actor }: Pick<Place, "repository" | "actor">,
  check: LocalCheck,
  isNew: boolean,
): Promise<void> {
  const checkChange = { about: "check", check } as const;
  if (isNew && check.kind === "job")
    await context.publish(repository, actor.user, { ...checkChange, action: "created" });
  if (check.kind === "status" || check.completedAt !== null)
    await context.publish(repository, actor.user, { ...checkChange, action: "completed" });
}
