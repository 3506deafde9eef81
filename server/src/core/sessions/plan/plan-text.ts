const FIELD = /"plan"\s*:\s*"/;
const CUT = "\n\n(The end of the plan was cut off.)";

/**
 * Extracts the plan from a harness's request to implement it. The input is JSON with a field `plan`, possibly
 * truncated. Appends a note to a truncated plan. Returns null if the input has no plan. Pure.
 */
export function planTextOf(input: string | null): string | null {
  if (input === null) return null;
  const whole = parsedPlan(input);
  if (whole !== undefined) return whole;
  const start = FIELD.exec(input);
  if (start === null) return null;
  const text = parsedText(input.slice(start.index + start[0].length));
  return text === null || text.trim() === "" ? null : text + CUT;
}

/** Returns the plan of a complete input, null if it has no plan, or undefined if the input is not valid JSON. */
function parsedPlan(input: string): string | null | undefined {
  try {
    const value: unknown = JSON.parse(input);
    const plan = typeof value === "object" && value !== null && "plan" in value ? value.plan : null;
    return typeof plan === "string" && plan.trim() !== "" ? plan : null;
  } catch {
    // An input that was truncated at its limit is not valid JSON.
    return undefined;
  }
}

/**
 * Returns a JSON string up to its end or to the point of truncation, which may be within an escape sequence, or null if
 * it cannot be parsed.
 */
function parsedText(rest: string): string | null {
  const body = /^(?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*/.exec(rest)?.[0] ?? "";
  try {
    return String(JSON.parse(`"${body.replace(/…$/, "")}"`));
  } catch {
    return null;
  }
}
