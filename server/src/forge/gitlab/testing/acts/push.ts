import type { PushedRef } from "../../../testing/git-host.ts";
import { mergeRequestHook, pushHook } from "../bodies/hook-bodies.ts";
import type { FakeProject, FakeUser } from "../fake-records.ts";
import type { FakeGitlab } from "../fake-state.ts";
import { sendHook } from "./hooks.ts";

const zeros = "0".repeat(40);

/** Simulates GitLab after a ref has moved: sends the webhook and updates the branch's merge requests. */
export async function announcePush(
  fake: FakeGitlab,
  project: FakeProject,
  by: FakeUser,
  moved: { readonly ref: string; readonly before: string | null; readonly after: string | null },
): Promise<void> {
  const { ref } = moved;
  const isTag = ref.startsWith("refs/tags/");
  const [before, after] = [moved.before ?? zeros, moved.after ?? zeros];
  record(fake, project, by, { ref, before: moved.before, after: moved.after, isTag });
  const hook = isTag
    ? { eventName: "Tag Push Hook", switchName: "tag_push_events" }
    : { eventName: "Push Hook", switchName: "push_events" };
  sendHook(fake, project, hook, pushHook(fake, project, { by, ref, before, after }));
  if (isTag || moved.after === null) return;
  const branch = ref.slice("refs/heads/".length);
  for (const mr of project.mergeRequests) {
    if (mr.state !== "opened" || mr.sourceBranch !== branch || mr.sha === moved.after) continue;
    const oldrev = mr.sha;
    mr.sha = moved.after;
    mr.updatedAt = new Date();
    sendHook(
      fake,
      project,
      { eventName: "Merge Request Hook", switchName: "merge_requests_events" },
      await mergeRequestHook(fake, project, mr, { by, action: "update", oldrev }),
    );
  }
}

/** Processes a push over HTTP. Attributes it to the first user, the bot, because the git host does not report the token. */
export async function followPush(fake: FakeGitlab, push: PushedRef): Promise<void> {
  const project = fake.projects.find((one) => one.git.owner === push.owner && one.git.name === push.name);
  const by = fake.users[0];
  if (project !== undefined && by !== undefined) await announcePush(fake, project, by, push);
}

function record(
  fake: FakeGitlab,
  project: FakeProject,
  author: FakeUser,
  { ref, before, after, isTag }: { ref: string; before: string | null; after: string | null; isTag: boolean },
): void {
  const action = after === null ? "removed" : before === null ? "created" : "pushed";
  project.activity.push({
    id: fake.nextId(),
    action_name: action === "removed" ? "deleted" : action === "created" ? "pushed new" : "pushed to",
    target_type: null,
    target_iid: null,
    author,
    createdAt: new Date(),
    push_data: {
      commit_count: 1,
      action,
      ref_type: isTag ? "tag" : "branch",
      commit_from: before,
      commit_to: after,
      ref: ref.replace(/^refs\/(heads|tags)\//, ""),
      commit_title: "Change it",
    },
  });
}
