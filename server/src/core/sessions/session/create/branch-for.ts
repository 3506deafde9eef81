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
