import { z } from "zod";
import { maxEventTextLength } from "../limits.ts";

/**
 * Defines the data of an event type, in its first version. `summary` states when the event is recorded.
 *
 * The version increases when a field is removed or changes its meaning or type, but not for a field that readers may
 * ignore. From version 2 on, the data carries it as `version`.
 */
export const defineEvent = <const Type extends string, Shape extends z.core.$ZodLooseShape>(
  type: Type,
  summary: string,
  fields: Shape,
) =>
  z
    .strictObject({ type: z.literal(type), ...fields })
    .readonly()
    .meta({ description: summary, "x-event-version": 1 });

/** A text with a maximum length. Masking can make it slightly longer than the maximum. */
export const cutText = (what: string) =>
  z.string().describe(`${what} Truncated at ${maxEventTextLength} characters.`);
