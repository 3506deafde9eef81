import { createMasker, type NamedValue } from "../../base/index.ts";
import { titleOf } from "../session/title.ts";

/**
 * Returns a session's branch name, and its title until the harness sets one. Masks secrets in the prompt first. A
 * shortened title or a branch name could contain a readable part of a secret, and Tembo sends both to the forge.
 */
export function nameSession(prompt: string, sessionId: string, secrets: readonly NamedValue[]) {
  const title = titleOf(createMasker(secrets).mask(prompt));
  return { title, branchName: branchFor(title, sessionId) };
}

const MAX_SLUG_LENGTH = 40;

/** Returns the default working branch of a session: `tembo/<slug>-<short id>`. */
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

/**
 * Returns a workspace folder name for each repository. It is the repository's name, made unique with the owner or, if
 * necessary, with a number.
 */
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
