import type { EventRepository, ForgeEvent } from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import type { Activity } from "./activity.ts";
import type { Changed } from "./changed.ts";

/**
 * Returns the pushes and the pull requests that they updated. A push of many refs is a single activity entry without their names, so it
 * yields no event.
 */
export function pushEvents(
  repository: EventRepository,
  activity: readonly Activity[],
  { pullRequests }: Changed,
): ForgeEvent[] {
  return activity.flatMap(({ push_data: push, author, created_at }): ForgeEvent[] => {
    if (!push || push.ref == null) return [];
    const about = { repository, actor: author ? toUser(author) : null, at: new Date(created_at) };
    const refType = push.ref_type === "tag" ? "tag" : "branch";
    const ref = push.ref;
    if (push.action === "removed") return [{ ...about, type: "ref.deleted", refType, ref }];
    const events: ForgeEvent[] = [];
    if (push.action === "created") events.push({ ...about, type: "ref.created", refType, ref });
    if (refType === "tag" || push.commit_to == null) return events;
    events.push({ ...about, type: "branch.pushed", branch: ref, sha: push.commit_to, isForced: false });
    for (const pullRequest of pullRequests.values()) {
      const { head, isFromFork, createdAt, headSha } = pullRequest;
      const isMoved = head === ref && !isFromFork && createdAt < about.at && headSha === push.commit_to;
      if (isMoved) events.push({ ...about, type: "pullRequest.synchronized", pullRequest });
    }
    return events;
  });
}
