import { createMasker, type NamedValue } from "../../base/index.ts";
import { titleOf } from "../session/title.ts";

/**
 * What a session is called until its harness names it. Secrets are masked in the prompt first: a title is cut and a branch is
 * spelled anew, and both go to the forge, where what is left of a secret could be read.
 */
export function nameSession(prompt: string, sessionId: string, secrets: readonly NamedValue[]) {
  const title = titleOf(createMasker(secrets).mask(prompt));
  return { title, branchName: branchFor(title, sessionId) };
}

const MAX_SLUG_LENGTH = 40;

/** The branch of a session that was not given one: `tembo/<slug>-<short id>`. */
export function branchFor(title: string, sessionId: string): string {
  const slug = title
    .normalize("NFKD")
    .replaceAll(/\p{Mark}+/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG_LENGTH)
    .replaceAll(/^-+|-+$/g, "");
  return `tembo/${slug || "session"}-${sessionId.slice(-8)}`;
}

/** A folder name in the workspace for each repository: its name, made unique with the owner, then with a number. */
export function directoriesFor(
  repositories: readonly { readonly owner: string; readonly name: string }[],
): string[] {
  const taken = new Set<string>();
  return repositories.map(({ owner, name }) => {
    const candidates = [name, `${name}-${owner.replaceAll("/", "-")}`];
    for (let number = 2; ; number++) {
      const free = candidates.find((candidate) => !taken.has(candidate.toLowerCase()));
      if (free !== undefined) {
        taken.add(free.toLowerCase());
        return free;
      }
      candidates.push(`${name}-${number}`);
    }
  });
}
