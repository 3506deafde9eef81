/** What Gitea and Forgejo take as the mark of a draft unless their administrator says otherwise. */
const mark = /^\s*(?:WIP:|\[WIP\])\s*/i;

/** The title without the mark of a draft. `isDraft` is what the forge says; null when it does not. */
export function readTitle(title: string, isDraft: boolean | null): { title: string; isDraft: boolean } {
  const isMarked = mark.test(title);
  if (!(isDraft ?? isMarked)) return { title, isDraft: false };
  return { title: title.replace(mark, ""), isDraft: true };
}

export function writeTitle(title: string, isDraft: boolean): string {
  return isDraft ? `WIP: ${title}` : title;
}
