import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";

/** Parses a response of the API. Throws `forge_failed` if its shape is wrong. */
export function readAnswer<T>(schema: z.ZodType<T>, data: unknown): T {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  throw new AppError("forge_failed", `GitHub's response has an unexpected format: ${complaint(read.error)}.`);
}

/** Parses the body of a webhook. Throws `invalid_input` if its shape is wrong. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new AppError(
    "invalid_input",
    `The webhook's body does not match its event: ${complaint(read.error)}.`,
  );
}

/** Parses RFC 3339, or seconds since 1970 as in some fields of `push` and `installation`. */
export const time = z.union([z.string(), z.number()]).transform((value, context) => {
  const at = new Date(typeof value === "number" ? value * 1000 : value);
  if (Number.isNaN(at.getTime())) {
    context.addIssue("not a date");
    return z.NEVER;
  }
  return at;
});

/** Converts a numeric id of GitHub to text. */
export const id = z.union([z.number(), z.bigint()]).transform(String);

/** Converts an absent value or null to an empty text. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

function complaint(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "body"}: ${issue?.message}`.slice(0, 200);
}
