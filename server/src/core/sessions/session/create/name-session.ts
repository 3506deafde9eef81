import { createMasker, type NamedValue } from "../../../base/mask/mask.ts";
import { branchFor } from "./branch-for.ts";
import { titleOf } from "./title.ts";

/**
 * What a session is called until its harness names it. Secrets are masked in the prompt first: a title is cut and a branch is
 * spelled anew, and both go to the forge, where what is left of a secret could be read.
 */
export function nameSession(prompt: string, sessionId: string, secrets: readonly NamedValue[]) {
  const title = titleOf(createMasker(secrets).mask(prompt));
  return { title, branchName: branchFor(title, sessionId) };
}
