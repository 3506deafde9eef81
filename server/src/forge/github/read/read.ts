import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";

/** Reads an answer of the API; one of another shape is `forge_failed`. */
export function readAnswer<T>(schema: z.ZodType<T>, data: unknown): T {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  throw new AppError("forge_failed", `GitHub answered what is not understood: ${complaint(read.error)}.`);
}

/** Reads a webhook's body; one of another shape is `invalid_input`. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new AppError(
    "invalid_input",
    `The webhook's body is not what its event says: ${complaint(read.error)}.`,
  );
}

/** RFC 3339, or seconds since 1970 as some fields of `push` and `installation` are. */
export const time = z.union([z.string(), z.number()]).transform((value, context) => {
  const at = new Date(typeof value === "number" ? value * 1000 : value);
  if (Number.isNaN(at.getTime())) {
    context.addIssue("no time");
    return z.NEVER;
  }
  return at;
});

/** A number of GitHub's as we keep it: text. */
export const id = z.union([z.number(), z.bigint()]).transform(String);

/** Absent and null are both empty. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

function complaint(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "body"}: ${issue?.message}`.slice(0, 200);
}
