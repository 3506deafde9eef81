import { z } from "zod";
import type { ForgeComment, ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { noteSchema, toComment } from "./note.ts";
import { noteUrl, threadPath } from "./urls.ts";

const perPage = 100;
const maxComments = 500;
/** Number of pages that are sufficient, because each discussion has at least one comment. */
const lastPages = maxComments / perPage;
/** Maximum number of pages if GitLab does not report the total. */
const maxPages = 50;

const discussionsSchema = z.array(z.object({ id: z.string(), notes: z.array(noteSchema).nullish() }));

/**
 * Lists the latest 500 comments, oldest first. Reads the last pages of GitLab's list of discussions. Omits GitLab's system notes ("added 1
 * commit").
 */
export async function listComments(
  client: GitlabClient,
  repository: RepositoryRef,
  thread: ForgeThread,
): Promise<readonly ForgeComment[]> {
  const read = async (page: number) => {
    const request = {
      path: `${threadPath(repository, thread)}/discussions`,
      query: { per_page: perPage, page },
    };
    const answer = await client.send(request);
    return {
      data: client.take(discussionsSchema, request, answer),
      next: pageNumber(answer.headers.get("x-next-page")),
      totalPages: pageNumber(answer.headers.get("x-total-pages")),
    };
  };
  const first = await read(1);
  const { totalPages } = first;
  const discussions = [...first.data];
  let { next } = first;
  if (totalPages !== null && totalPages > lastPages + 1) {
    // Reads one page more than the limit requires, because the last page is rarely full. The first page is not needed here.
    discussions.length = 0;
    next = totalPages - lastPages;
  }
  for (let pages = 1; next !== null && pages < maxPages; pages++) {
    const page = await read(next);
    discussions.push(...page.data);
    next = page.next;
  }
  return discussions
    .flatMap(({ id, notes }) =>
      (notes ?? [])
        .filter(({ system }) => system !== true)
        .map((note) => toComment(note, id, noteUrl(client.webUrl, repository, thread, note.id))),
    )
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || Number(a.id) - Number(b.id))
    .slice(-maxComments);
}

/** Parses the header. Returns null if it is missing or empty. */
const pageNumber = (header: string | null) => Number.parseInt(header ?? "", 10) || null;
