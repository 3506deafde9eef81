import { AppError } from "../../../core/base/index.ts";

/** Maximum number of pages that the adapter reads through links. This limit does not apply to pages that it requests by number. */
const maxPages = 20;

/**
 * Returns the query of the next page from the `link` header, with the requested page size, or null after the last page or after `maxPages`.
 * Throws `forge_failed` if the page number does not increase, to prevent endless requests. Uses only the link's query, so the link cannot
 * send requests to another host.
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
      `GitLab returned the next-page link ${JSON.stringify(target.slice(0, 200))}, which does not point beyond page ${page}. Check the integration's forge URL.`,
    );
  if (next > maxPages) return null;
  const size = asked.get("per_page");
  if (size === null) query.delete("per_page");
  else query.set("per_page", size);
  return query;
}
