import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { pageSize, pagesOf } from "../api/latest-pages.ts";
import { absentAsNull } from "../api/refusal.ts";
import { issue as issueReader } from "../read/issue.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";
import { maxPollPages, type Poll } from "./poll.ts";

/** Returns the events of changed issues, or an empty list if issues are disabled in the repository (404 or 410). */
export async function issuesSince(poll: Poll): Promise<readonly ForgeEvent[]> {
  const { client, ref, since, signal } = poll;
  const asked = pagesOf<unknown>(maxPollPages, (page) =>
    client.askIn(ref, `list the issues of ${named(ref)}`, (request, path) =>
      request("GET /repos/{owner}/{repo}/issues", {
        ...path,
        state: "all",
        sort: "updated",
        direction: "asc",
        since: since.toISOString(),
        per_page: pageSize,
        page,
        request: { signal },
      }),
    ),
  );
  const found = readAnswer(z.array(issueReader), (await absentAsNull(asked, [404, 410])) ?? []);
  return found
    .filter(({ isPullRequest, issue }) => !isPullRequest && issue.updatedAt >= since)
    .flatMap((read) => eventsOf(poll, read));
}

function eventsOf(
  { repository, since }: Poll,
  { issue, closedAt }: z.output<typeof issueReader>,
): ForgeEvent[] {
  const events: ForgeEvent[] = [];
  if (issue.createdAt >= since) {
    events.push({ type: "issue.opened", repository, actor: issue.author, at: issue.createdAt, issue });
  }
  if (issue.status === "closed" && closedAt !== null && closedAt >= since) {
    events.push({ type: "issue.closed", repository, actor: null, at: closedAt, issue });
  }
  if (events.length === 0) {
    events.push({ type: "issue.updated", repository, actor: null, at: issue.updatedAt, issue });
  }
  return events;
}
