import type { ForgeComment, ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import { type GitlabClient, projectOf } from "../client/gitlab-client.ts";
import { type GitlabNote, toComment } from "./note.ts";
import { noteUrl } from "./urls.ts";

const perPage = 100;
const mostComments = 500;
/** Of discussions, each of which holds at least one comment. */
const lastPages = mostComments / perPage;
/** Where GitLab does not count the pages for us. */
const mostPages = 50;

interface Discussion {
  readonly id: string;
  readonly notes?: readonly GitlabNote[];
}
interface Page {
  readonly data: readonly Discussion[];
  readonly paginationInfo: { readonly totalPages: number; readonly next: number | null };
}

/** Oldest first, the latest 500; what GitLab itself notes ("added 1 commit") left out. GitLab lists discussions oldest first. */
export async function listComments(
  client: GitlabClient,
  repository: RepositoryRef,
  thread: ForgeThread,
): Promise<readonly ForgeComment[]> {
  const read = async (page: number) =>
    (await client.discussions[thread.kind].all(projectOf(repository), thread.number, {
      perPage,
      page,
      showExpanded: true,
    })) as unknown as Page;
  const first = await read(1);
  const { totalPages } = first.paginationInfo;
  const discussions = [...first.data];
  let { next } = first.paginationInfo;
  if (totalPages > lastPages + 1) {
    // One page more than the limit has: the last one is seldom full. The oldest page is not wanted then.
    discussions.length = 0;
    next = totalPages - lastPages;
  }
  for (let pages = 1; next !== null && pages < mostPages; pages++) {
    const page = await read(next);
    discussions.push(...page.data);
    next = page.paginationInfo.next;
  }
  return discussions
    .flatMap(({ id, notes = [] }) =>
      notes
        .filter(({ system }) => system !== true)
        .map((note) => toComment(note, id, noteUrl(client.webUrl, repository, thread, note.id))),
    )
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || Number(a.id) - Number(b.id))
    .slice(-mostComments);
}
