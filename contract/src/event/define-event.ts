import { z } from "zod";
import { maxEventTextLength } from "../limits.ts";

/**
 * The data of one type of event, in its first version. `summary` says when it is recorded. A version grows when a field changes its
 * meaning or its type, or goes away, and not for a field that readers may ignore; from 2 on the data carries it as `version`.
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
  z.string().describe(`${what} Cut at ${maxEventTextLength} characters.`);
