/** Matches the default draft prefixes in titles of Gitea and Forgejo. Administrators can change them. */
const mark = /^\s*(?:WIP:|\[WIP\])\s*/i;

/**
 * Removes the draft prefix from the title, and returns the draft state. `isDraft` is the value that the forge sent, or null if it sent
 * none.
 */
export function readTitle(title: string, isDraft: boolean | null): { title: string; isDraft: boolean } {
  const isMarked = mark.test(title);
  if (!(isDraft ?? isMarked)) return { title, isDraft: false };
  return { title: title.replace(mark, ""), isDraft: true };
}

export function writeTitle(title: string, isDraft: boolean): string {
  return isDraft ? `WIP: ${title}` : title;
}
