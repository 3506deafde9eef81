import { type Conversation, list, record } from "./conversation.ts";

/**
 * Beginnings of background requests that offer tools: Claude Code's suggestion for the next message and Codex's title
 * request.
 */
const asides = [/^\[SUGGESTION MODE/, /^Your task is to generate a very short title/];

/**
 * Returns true if a request is not part of the work. Such a request offers no tools, or its last message starts like a
 * known background request.
 */
export function isBackground({ tools, entries }: Conversation): boolean {
  const last = entries.at(-1);
  return tools.length === 0 || (last?.from === "user" && asides.some((aside) => aside.test(last.text)));
}

/**
 * Returns the response to a background request. The response is a title, because most background requests ask for one.
 * With a JSON schema, each text field contains the title, and every other field contains the smallest valid value.
 */
export function answerBackground(schema: unknown, title: string): string {
  return schema === undefined ? title : JSON.stringify(leastValue(schema, title));
}

function leastValue(value: unknown, title: string): unknown {
  const schema = record(value);
  if (schema.const !== undefined) return schema.const;
  const choices = list(schema.enum);
  if (choices.length > 0) return choices[0];
  const variants = [...list(schema.anyOf), ...list(schema.oneOf)];
  if (variants.length > 0) return leastValue(variants[0], title);
  const type = String(list(schema.type)[0] ?? schema.type).toLowerCase();
  if (type === "object" || schema.properties !== undefined) {
    const properties = Object.entries(record(schema.properties));
    return Object.fromEntries(properties.map(([name, property]) => [name, leastValue(property, title)]));
  }
  if (type === "array") return [];
  if (type === "boolean") return false;
  if (type === "number" || type === "integer") return Number(schema.minimum ?? 1);
  return type === "null" ? null : title;
}
