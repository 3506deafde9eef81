import { maxProjectSchedules } from "@tembo/contract";
import { AppError, firstRunTime, newId } from "../../../base/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import { lockProject } from "../get-project.ts";
import type { Project } from "../project.ts";
import type { ProjectSchedule } from "./project-schedule.ts";

/** Fields of a new schedule. It is enabled unless `isEnabled` is false. */
export interface ScheduleFields {
  readonly cron?: string;
  readonly timezone?: string | null;
  readonly isEnabled?: boolean;
}

export interface ScheduleChange extends ScheduleFields {}

type TimePorts = Pick<SessionsPorts, "clock" | "cron">;
type SchedulePorts = TimePorts & Pick<SessionsPorts, "store">;

/**
 * Builds a schedule. Throws `invalid_input` if the cron expression is missing, cannot be parsed or never matches a future
 * time, or if the time zone is unknown.
 */
export function newSchedule(ports: TimePorts, projectId: string, fields: ScheduleFields): ProjectSchedule {
  const { cron, timezone = null, isEnabled = true } = fields;
  if (cron === undefined)
    throw new AppError("invalid_input", 'The project has no schedule. Add "cron" to create one.', {
      field: "cron",
    });
  const now = ports.clock.now();
  const nextRunAt = nextTime(ports, { cron, timezone }, now);
  return {
    id: newId(now.getTime()),
    projectId,
    cron,
    timezone,
    nextRunAt: isEnabled ? nextRunAt : null,
    lastRunAt: null,
    enabledAt: isEnabled ? now : null,
    createdAt: now,
    updatedAt: now,
  };
}

/** Returns the schedule with the change. Throws the errors of `newSchedule`. */
export function changedSchedule(
  ports: TimePorts,
  known: ProjectSchedule,
  { cron = known.cron, timezone = known.timezone, isEnabled = known.enabledAt !== null }: ScheduleChange,
): ProjectSchedule {
  const now = ports.clock.now();
  const nextRunAt = nextTime(ports, { cron, timezone }, now);
  return {
    ...known,
    cron,
    timezone,
    nextRunAt: isEnabled ? nextRunAt : null,
    enabledAt: isEnabled ? (known.enabledAt ?? now) : null,
    updatedAt: now,
  };
}

/** Runs `make` for the schedule in a project's own request, and adds `schedule` to the field that an error names. */
export function inScheduleField<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.field === undefined) throw cause;
    throw new AppError(cause.code, cause.message, { cause, field: `schedule.${cause.field}` });
  }
}

/**
 * Adds a schedule. Throws `not_found` if the organization has no such project, `conflict` if the project has the maximum
 * number of schedules, or the errors of `newSchedule`.
 */
export async function addProjectSchedule(
  ports: SchedulePorts,
  { organizationId, id }: Pick<Project, "organizationId" | "id">,
  fields: ScheduleFields,
): Promise<ProjectSchedule> {
  const schedule = newSchedule(ports, id, fields);
  await ports.store.transaction(async (tx) => {
    await lockProject(tx, organizationId, id);
    if ((await tx.projectSchedules.count(id)) >= maxProjectSchedules)
      throw new AppError(
        "conflict",
        `A project can have at most ${maxProjectSchedules} schedules, with disabled ones. Change one instead.`,
      );
    await tx.projectSchedules.insert(schedule);
  });
  return schedule;
}

/** Updates only the given fields. Throws `not_found` if the project has no such schedule, or the errors of `newSchedule`. */
export async function updateProjectSchedule(
  ports: SchedulePorts,
  project: Pick<Project, "organizationId" | "id">,
  id: string,
  change: ScheduleChange,
): Promise<ProjectSchedule> {
  return ports.store.transaction(async (tx) => {
    await lockProject(tx, project.organizationId, project.id);
    const schedule = changedSchedule(ports, await getProjectSchedule({ store: tx }, project.id, id), change);
    await tx.projectSchedules.update(schedule);
    return schedule;
  });
}

/** Returns a schedule. Throws `not_found` if the project has no such schedule. */
export async function getProjectSchedule(
  { store }: { readonly store: Pick<SessionsPorts["store"], "projectSchedules"> },
  projectId: string,
  id: string,
): Promise<ProjectSchedule> {
  const schedule = await store.projectSchedules.find(projectId, id);
  if (schedule !== null) return schedule;
  throw new AppError("not_found", `The project has no schedule ${id}.`);
}

function nextTime(
  { cron: crons }: TimePorts,
  { cron, timezone }: Pick<ProjectSchedule, "cron" | "timezone">,
  now: Date,
): Date {
  if (/^\s*(CRON_TZ|TZ)=/.test(cron))
    throw new AppError("invalid_input", 'The "cron" contains a time zone. Send it as "timezone" instead.', {
      field: "cron",
    });
  if (timezone !== null && !isTimeZone(timezone))
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(timezone)} is not a time zone. Use a name such as "Europe/Berlin".`,
      { field: "timezone" },
    );
  return firstRunTime(crons, expressionOf({ cron, timezone }), now);
}

/** Returns the expression with the time zone, as the port `Cron` expects it. */
export const expressionOf = ({ cron, timezone }: Pick<ProjectSchedule, "cron" | "timezone">) =>
  timezone === null ? cron : `CRON_TZ=${timezone} ${cron}`;

function isTimeZone(name: string): boolean {
  if (/\s/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
