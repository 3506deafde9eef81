import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";

/** Parses an API response. Throws `forge_failed` if it does not match the schema. */
export function readAnswer<T>(schema: z.ZodType<T>, data: unknown): T {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  throw new AppError("forge_failed", `GitHub's response has an unexpected format: ${complaint(read.error)}.`);
}

/** Parses the body of a webhook. Throws `invalid_input` if it does not match the schema. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new AppError(
    "invalid_input",
    `The webhook's body does not match its event: ${complaint(read.error)}.`,
  );
}

/** Parses an RFC 3339 time, or seconds since 1970, as in some fields of `push` and `installation`. */
export const time = z.union([z.string(), z.number()]).transform((value, context) => {
  const at = new Date(typeof value === "number" ? value * 1000 : value);
  if (Number.isNaN(at.getTime())) {
    context.addIssue("not a date");
    return z.NEVER;
  }
  return at;
});

/** Converts GitHub's numeric IDs to strings. */
export const id = z.union([z.number(), z.bigint()]).transform(String);

/** Converts a missing value or null to an empty string. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

function complaint(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "body"}: ${issue?.message}`.slice(0, 200);
}
