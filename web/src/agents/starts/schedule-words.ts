import { formatClock } from "../../format/dates.ts";
import { text } from "../../text/index.ts";

export const intervals = ["hour", "day", "workday", "week", "month", "expression"] as const;

/** Form fields of a schedule. Fields that `every` does not use keep their values, because the user may switch back. */
export interface ScheduleDraft {
  readonly every: (typeof intervals)[number];
  readonly minute: number;
  readonly hour: number;
  /** Day of the week, where 0 is Sunday. */
  readonly weekday: number;
  readonly date: number;
  readonly cron: string;
  readonly zone: string;
}

/** Returns the initial draft: workdays at 9:00. */
export const firstDraft = (zone: string): ScheduleDraft => ({
  every: "workday",
  minute: 0,
  hour: 9,
  weekday: 1,
  date: 1,
  cron: "0 9 * * 1-5",
  zone,
});

/**
 * Parses a cron expression into form fields. Keeps the raw expression if the other fields cannot represent it. Pure.
 */
export function parseExpression(expression: string): ScheduleDraft {
  const [, zone = "UTC", cron = ""] = /^\s*(?:(?:CRON_)?TZ=(\S+)\s+)?(.*?)\s*$/s.exec(expression) ?? [];
  const draft = { ...firstDraft(zone), cron };
  const [minute, hour, date, month, weekday] = cron.split(/\s+/);
  const at = { minute: numberOf(minute, 59), hour: numberOf(hour, 23) };
  if (at.minute === null || month !== "*" || cron.split(/\s+/).length !== 5)
    return { ...draft, every: "expression" };
  const { minute: atMinute } = at;
  if (hour === "*" && date === "*" && weekday === "*") return { ...draft, every: "hour", minute: atMinute };
  if (at.hour === null) return { ...draft, every: "expression" };
  const timed = { ...draft, minute: atMinute, hour: at.hour };
  if (date === "*" && weekday === "*") return { ...timed, every: "day" };
  if (date === "*" && weekday === "1-5") return { ...timed, every: "workday" };
  const onWeekday = numberOf(weekday, 6);
  if (date === "*" && onWeekday !== null) return { ...timed, every: "week", weekday: onWeekday };
  const onDate = numberOf(date, 31);
  if (weekday === "*" && onDate !== null && onDate > 0) return { ...timed, every: "month", date: onDate };
  return { ...draft, every: "expression" };
}

/** Returns the cron expression for a request. Pure. */
export function toExpression(draft: ScheduleDraft): string {
  const fields = fieldsOf(draft).trim();
  return draft.zone === "UTC" ? fields : `CRON_TZ=${draft.zone} ${fields}`;
}

/** Describes a cron expression in words. `clock` formats an hour and a minute. Pure. */
export function describeSchedule(expression: string, clock = formatClock): string {
  const draft = parseExpression(expression);
  return text.agentStarts.schedule.inZone(describeTime(draft, clock), draft.zone);
}

/** Formats the time of day as the value of a time input. */
export const timeFieldValue = ({ hour, minute }: Pick<ScheduleDraft, "hour" | "minute">) =>
  `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;

function fieldsOf({ every, minute, hour, weekday, date, cron }: ScheduleDraft): string {
  switch (every) {
    case "hour":
      return `${minute} * * * *`;
    case "day":
      return `${minute} ${hour} * * *`;
    case "workday":
      return `${minute} ${hour} * * 1-5`;
    case "week":
      return `${minute} ${hour} * * ${weekday}`;
    case "month":
      return `${minute} ${hour} ${date} * *`;
    case "expression":
      return cron;
  }
}

function describeTime(draft: ScheduleDraft, clock: typeof formatClock): string {
  const { words, weekdays } = text.agentStarts.schedule;
  const time = clock(draft.hour, draft.minute);
  switch (draft.every) {
    case "hour":
      return words.hour(String(draft.minute));
    case "day":
      return words.day(time);
    case "workday":
      return words.workday(time);
    case "week":
      return words.week(weekdays[draft.weekday]!, time);
    case "month":
      return words.month(draft.date, time);
    case "expression":
      return words.expression(draft.cron);
  }
}

function numberOf(field: string | undefined, most: number): number | null {
  if (field === undefined || !/^\d{1,2}$/.test(field)) return null;
  const number = Number(field);
  return number <= most ? number : null;
}
