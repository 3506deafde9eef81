import type { ForgePerson } from "../../testing/forge-under-test.ts";
import { approve, merge, openMergeRequest, requestChanges, setState } from "./acts/merge-requests.ts";
import { addNote, openIssue } from "./acts/talk.ts";
import type { FakeMergeRequest, FakePosition, FakeProject, FakeUser } from "./fake-records.ts";
import type { FakeGitlab } from "./fake-state.ts";

/** Creates a user who acts on GitLab directly, without Tembo. */
export function fakePerson(fake: FakeGitlab, project: FakeProject, user: FakeUser): ForgePerson {
  const mergeRequest = (number: number) => project.mergeRequests.find(({ iid }) => iid === number)!;
  return {
    id: String(user.id),
    login: user.username,
    comment: async ({ kind, number }, body) => {
      const on = kind === "issue" ? project.issues.find(({ iid }) => iid === number)! : mergeRequest(number);
      await addNote(fake, project, on, { by: user, body });
    },
    review: async (number, { state, body, comments }) => {
      const mr = mergeRequest(number);
      for (const comment of comments) {
        const position = await positionOf(fake, project, mr, comment);
        await addNote(fake, project, mr, { by: user, body: comment.body, position });
      }
      if (body !== "") await addNote(fake, project, mr, { by: user, body });
      if (state === "approved") await approve(fake, project, mr, user);
      if (state === "changesRequested") await requestChanges(fake, project, mr, user);
    },
    openIssue: async ({ title, body }) =>
      (await openIssue(fake, project, user, { title, description: body })).iid,
    openPullRequest: async ({ title, head, base }) => {
      const input = { title, description: null, source: head, target: base };
      return (await openMergeRequest(fake, project, user, input)).iid;
    },
    merge: (number) => merge(fake, project, mergeRequest(number), user, { sha: null }),
    close: (number) => setState(fake, project, mergeRequest(number), user, "close"),
  };
}

async function positionOf(
  fake: FakeGitlab,
  project: FakeProject,
  mr: FakeMergeRequest,
  { path, line }: { readonly path: string; readonly line: number },
): Promise<FakePosition> {
  const base = (await fake.git.branchSha(project.git.owner, project.git.name, mr.targetBranch)) ?? "";
  return {
    base_sha: base,
    start_sha: base,
    head_sha: mr.sha,
    position_type: "text",
    old_path: path,
    new_path: path,
    old_line: null,
    new_line: line,
  };
}
