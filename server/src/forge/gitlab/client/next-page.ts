import { AppError } from "../../../core/base/index.ts";

/** More than the adapter follows of any list; what it asks for by number itself has no such limit. */
const maxPages = 20;

/**
 * Returns the query of the next page that the header `link` names, with the page size that was asked for; null after the last page.
 * Throws `forge_failed` for a next page that does not lie after the one that was asked for: a forge could otherwise make
 * the adapter ask forever. Only the query of the link is used, so it leads to no other address.
 */
export function nextPageQuery(link: string, asked: URLSearchParams): URLSearchParams | null {
  const [, target = null] = /<([^>]+)>;\s*rel="next"/.exec(link) ?? [];
  if (target === null) return null;
  const page = Number(asked.get("page") ?? 1);
  const [, search = ""] = target.split("?");
  const query = new URLSearchParams(search);
  const next = Number(query.get("page") ?? Number.NaN);
  if (!Number.isInteger(next) || next <= page)
    throw new AppError(
      "forge_failed",
      `GitLab names ${JSON.stringify(target.slice(0, 200))} as its next page, which is not a page after ${page}. Check the integration's address.`,
    );
  if (next > maxPages) return null;
  const size = asked.get("per_page");
  if (size === null) query.delete("per_page");
  else query.set("per_page", size);
  return query;
}
