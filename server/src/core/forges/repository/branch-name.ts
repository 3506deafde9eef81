import { AppError } from "../../base/index.ts";

/** A branch is a file while git writes it: a step's name plus `.lock` must fit a file system's 255 bytes. */
const maxStepBytes = 250;
const maxBytes = 1000;

/**
 * Whether git takes this as a branch's name: the rules of `git check-ref-format --branch`, less its shorthands
 * (`@{-1}`), and short enough to be stored as a file. Pure.
 */
export function isValidBranchName(name: string): boolean {
  if (name === "" || name === "HEAD" || name.startsWith("-")) return false;
  if (!name.isWellFormed() || byteLength(name) > maxBytes) return false;
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name)) return false;
  if (name.includes("..") || name.includes("@{") || name.endsWith(".")) return false;
  return name
    .split("/")
    .every(
      (step) =>
        step !== "" && !step.startsWith(".") && !step.endsWith(".lock") && byteLength(step) <= maxStepBytes,
    );
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;

/** Throws `invalid_input` for a name that git would not take; null passes. */
export function requireBranchName(field: string, name: string | null): void {
  if (name !== null && !isValidBranchName(name)) {
    throw new AppError(
      "invalid_input",
      `"${field}" ${JSON.stringify(name)} is not a valid branch name; see "git check-ref-format".`,
      { field },
    );
  }
}
