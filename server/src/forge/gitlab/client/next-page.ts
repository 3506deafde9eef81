import { AppError } from "../../../core/base/index.ts";

/** More than the adapter follows of any list; what it asks for by number itself has no such limit. */
const maxPages = 20;

/**
 * Returns the header `link` as the client library may follow it: to the page after the one that was asked for, of the same size. The
 * library counts pages by the size that the response names, so a forge could make it ask forever. Throws `forge_failed`
 * for a next page that is none. Only the query of the link is used, so it leads to no other address.
 */
export function nextPageLink(link: string, asked: URLSearchParams): string {
  const [, target = null] = /<([^>]+)>;\s*rel="next"/.exec(link) ?? [];
  if (target === null) return "";
  const page = Number(asked.get("page") ?? 1);
  const [, search = ""] = target.split("?");
  const query = new URLSearchParams(search);
  const next = Number(query.get("page") ?? Number.NaN);
  if (!Number.isInteger(next) || next <= page)
    throw new AppError(
      "forge_failed",
      `GitLab names ${JSON.stringify(target.slice(0, 200))} as its next page, which is not a page after ${page}. Check the integration's address.`,
    );
  if (next > maxPages) return "";
  const size = asked.get("per_page");
  if (size === null) query.delete("per_page");
  else query.set("per_page", size);
  return `<?${query}>; rel="next"`;
}
