import { AppError } from "../../../core/base/index.ts";

/** Returns the forge's ID of an inline comment from its ID in the API. Throws `not_found` for other kinds of comment. */
export function inlineIdOf(id: string): string {
  const [, own] = /^inline-(.+)$/.exec(id) ?? [];
  if (own === undefined) throw new AppError("not_found", `Inline comment ${id} was not found.`);
  return own;
}
