import { text } from "../../text/index.ts";

export type Filters = Readonly<Record<string, unknown>>;

/** What narrows a trigger, for a person. Pure. */
export function filtersInWords(filters: Filters): string[] {
  const { filter, yes, no } = text.agentStarts.triggers;
  return Object.entries(filters).flatMap(([name, value]) => {
    if (typeof value === "boolean") return [filter(name, value ? yes : no)];
    const values = textsOf(value);
    return values.length === 0 ? [] : [filter(name, values.join(", "))];
  });
}

/** The texts in a list; nothing of what else there may be. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
