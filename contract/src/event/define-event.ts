import { z } from "zod";
import { maxEventTextLength } from "../limits.ts";

/**
 * Defines the data of an event type, in its first version. `summary` states when the event is recorded.
 *
 * The version increases when a field is removed or its meaning or type changes. A new field that readers may ignore
 * does not increase the version. Starting with version 2, the data contains the version as `version`.
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

/** Returns the schema of a string that is truncated to a maximum length. Masking can make the text slightly longer. */
export const cutText = (what: string) =>
  z.string().describe(`${what} Truncated at ${maxEventTextLength} characters.`);
