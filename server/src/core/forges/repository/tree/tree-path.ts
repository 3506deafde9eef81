import { AppError } from "../../../base/index.ts";

/**
 * Validates the syntax of a path in a git tree and returns the path. Throws `invalid_input` if the path contains an empty,
 * `.` or `..` segment, a NUL character or a lone surrogate. Pure.
 */
export function requireTreePath(path: string): string {
  const isOne =
    path.isWellFormed() &&
    !path.includes("\0") &&
    path.split("/").every((step) => step !== "" && step !== "." && step !== "..");
  if (isOne) return path;
  throw new AppError(
    "invalid_input",
    `"path" is not a valid git path: ${JSON.stringify(path.slice(0, 200))}. Use segments separated by single slashes, without "." and ".." segments.`,
    { field: "path" },
  );
}
