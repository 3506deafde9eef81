import { InvalidArgumentError } from "commander";

/** Collects the values of a repeatable option. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/**
 * Converts a time to ISO 8601 in UTC. Returns other text unchanged, because the server's error then lists the accepted
 * formats.
 */
export function time(value: string): string {
  const parsed = new Date(value);
  return Number.isNaN(parsed.getTime()) ? value : parsed.toISOString();
}

/** Parses US dollars with up to six decimals. */
export function usd(value: string): number {
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(value)) {
    throw new InvalidArgumentError("Expected an amount in US dollars, such as 2.50.");
  }
  return Number(value);
}

export function usdOrNone(value: string): number | "none" {
  return value === "none" ? value : usd(value);
}

/** Returns a parser for whole numbers from 1 to `max`. */
export const wholeNumberTo =
  (max: number) =>
  (value: string): number => {
    const number = /^[1-9][0-9]{0,6}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > max)
      throw new InvalidArgumentError(`Expected a whole number from 1 to ${max}.`);
    return number;
  };

export const wholeNumber = wholeNumberTo(9_999_999);

export function jsonObject(value: string): Record<string, unknown> {
  const parsed = parseJson(value);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw new InvalidArgumentError('Expected a JSON object, such as \'{"name": "value"}\'.');
}

/** Returns the parsed value, or undefined if the text is not valid JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
