import { text } from "../../text/index.ts";

export type Filters = Readonly<Record<string, unknown>>;

/** Describes the filters of a trigger in words. Pure. */
export function filtersInWords(filters: Filters): string[] {
  const { filter, yes, no } = text.agentStarts.triggers;
  return Object.entries(filters).flatMap(([name, value]) => {
    if (typeof value === "boolean") return [filter(nameOf(name), value ? yes : no)];
    const values = textsOf(value);
    return values.length === 0 ? [] : [filter(nameOf(name), values.join(", "))];
  });
}

/** Formats "openedBy" as "opened by". */
const nameOf = (filter: string) =>
  filter
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/\bprs\b/, "pull requests")
    .replace(/\bmrs\b/, "merge requests")
    .replace(/^tembo\b/, "Tembo");

/** Labels "pull_requests" as "Pull requests". */
export function labelOf(choice: string): string {
  const label = choice.replaceAll("_", " ");
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** Returns the strings in a list. Omits other values. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
