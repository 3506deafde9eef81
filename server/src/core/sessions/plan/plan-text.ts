const FIELD = /"plan"\s*:\s*"/;
const CUT = "\n\n(The end of the plan was cut off.)";

/**
 * The plan in the input of a harness's request to carry it out, JSON with a field `plan` that may be cut anywhere; null when there is
 * none. Pure.
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

/** Undefined when the input is no JSON. */
function parsedPlan(input: string): string | null | undefined {
  try {
    const value: unknown = JSON.parse(input);
    const plan = typeof value === "object" && value !== null && "plan" in value ? value.plan : null;
    return typeof plan === "string" && plan.trim() !== "" ? plan : null;
  } catch {
    // Cut at its limit, it is no JSON any more.
    return undefined;
  }
}

/** The text that a piece of JSON goes on with, up to its end or to where it was cut, be it within an escape. */
function parsedText(rest: string): string | null {
  const body = /^(?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*/.exec(rest)?.[0] ?? "";
  try {
    return String(JSON.parse(`"${body.replace(/…$/, "")}"`));
  } catch {
    return null;
  }
}
