import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { z } from "zod";
import type { AppError } from "../core/base/index.ts";
import type { Devcontainer } from "../core/turns/index.ts";

export type Fail = (sentence: string) => AppError;

/** Text without NUL, which no argument and no variable of a program can contain. */
export const text = z
  .string()
  .max(10_000)
  .regex(/^[^\0]*$/, "NUL is not possible");
const command = z.union([text, z.array(text).max(1_000)]);
const lifecycle = z.union([command, z.record(text, command)]).nullish();

/** Commands that a devcontainer.json and a feature can have. */
export const lifecycleFields = {
  onCreateCommand: lifecycle,
  updateContentCommand: lifecycle,
  postCreateCommand: lifecycle,
  postStartCommand: lifecycle,
};

/** Returns the commands that run once, in the order of the specification, and the one that runs at each start. Pure. */
export function toCommands(
  file: z.infer<z.ZodObject<typeof lifecycleFields>>,
): Pick<Devcontainer, "setup" | "start"> {
  return {
    setup: (["onCreateCommand", "updateContentCommand", "postCreateCommand"] as const).flatMap((name) => {
      const wanted = file[name] ?? null;
      return wanted === null ? [] : [{ name, command: wanted }];
    }),
    start: file.postStartCommand ?? null,
  };
}

/** Parses untrusted JSON with comments, and validates it. Throws the error that `fail` creates, with what to change. */
export function parseCommentedJson<T extends z.ZodType>(schema: T, content: string, fail: Fail): z.infer<T> {
  const errors: ParseError[] = [];
  const value = parseNested(content, errors, fail);
  const [error] = errors;
  if (error !== undefined) {
    const line = content.slice(0, error.offset).split("\n").length;
    throw fail(
      `is not valid JSON with comments (${printParseErrorCode(error.error)} on line ${line}). Correct the file and push it.`,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail(
    `has a value that is not valid at "${issue!.path.join(".")}": ${issue!.message}. Correct the file and push it.`,
  );
}

/** The parser calls itself for each object and array in another one. */
function parseNested(content: string, errors: ParseError[], fail: Fail): unknown {
  try {
    return parse(content, errors, { allowTrailingComma: true, allowEmptyContent: false });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fail("nests objects and arrays too deeply. Correct the file and push it.");
  }
}
