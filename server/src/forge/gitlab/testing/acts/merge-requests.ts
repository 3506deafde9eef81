import { mergeStatus } from "../bodies/api-bodies.ts";
import { mergeRequestHook } from "../bodies/hook-bodies.ts";
import type { FakeMergeRequest, FakeProject, FakeUser } from "../fake-records.ts";
import { FakeRefusal, forbidden } from "../fake-refusal.ts";
import type { FakeGitlab } from "../fake-state.ts";
import { sendHook } from "./hooks.ts";
import { announcePush } from "./push.ts";

const maxTitle = 255;

export async function openMergeRequest(
  fake: FakeGitlab,
  project: FakeProject,
  by: FakeUser,
  input: { title: string; description: string | null; source: string; target: string },
): Promise<FakeMergeRequest> {
  requires(project, by, 30);
  checkTitle(input.title);
  const { owner, name } = project.git;
  const sha = await fake.git.branchSha(owner, name, input.source);
  const base = await fake.git.branchSha(owner, name, input.target);
  if (sha === null) throw new FakeRefusal(400, { message: { source_branch: ["does not exist"] } });
  if (base === null) throw new FakeRefusal(400, { message: { target_branch: ["does not exist"] } });
  refuseSecond(project, input.source, input.target);
  const mr: FakeMergeRequest = {
    kind: "MergeRequest",
    id: fake.nextId(),
    iid: project.mergeRequests.length + 1,
    title: input.title,
    description: input.description,
    state: "opened",
    sourceBranch: input.source,
    targetBranch: input.target,
    author: by,
    sha,
    labels: new Set(),
    reviewers: new Map(),
    approvals: [],
    mergeCommitSha: null,
    mergedAt: null,
    createdAt: new Date(),
    updatedAt: new Date(),
    checkedFor: null,
    discussions: [],
    awards: [],
  };
  project.mergeRequests.push(mr);
  await announce(fake, project, mr, { by, action: "open" });
  return mr;
}

function refuseSecond(project: FakeProject, source: string, target: string): void {
  const other = project.mergeRequests.find(
    (one) => one.state === "opened" && one.sourceBranch === source && one.targetBranch === target,
  );
  if (other === undefined) return;
  const words = `Another open merge request already exists for this source branch: !${other.iid}`;
  throw new FakeRefusal(409, { message: [words] });
}

export function checkTitle(title: string): void {
  if (title.trim() === "") throw new FakeRefusal(400, { message: { title: ["can't be blank"] } });
  if (title.length > maxTitle) {
    throw new FakeRefusal(400, { message: { title: [`is too long (maximum is ${maxTitle} characters)`] } });
  }
}

export async function setState(
  fake: FakeGitlab,
  project: FakeProject,
  mr: FakeMergeRequest,
  by: FakeUser,
  event: "close" | "reopen",
): Promise<void> {
  const from = event === "close" ? "opened" : "closed";
  if (mr.state !== from)
    throw new FakeRefusal(400, { message: { state: [`cannot transition via "${event}"`] } });
  if (event === "reopen") refuseSecond(project, mr.sourceBranch, mr.targetBranch);
  mr.state = event === "close" ? "closed" : "opened";
  mr.updatedAt = new Date();
  await announce(fake, project, mr, { by, action: event });
}

export async function merge(
  fake: FakeGitlab,
  project: FakeProject,
  mr: FakeMergeRequest,
  by: FakeUser,
  wanted: { readonly sha: string | null },
): Promise<void> {
  const least = project.protectedBranches.has(mr.targetBranch) ? 40 : 30;
  if ((project.members.get(by.id) ?? 0) < least) throw new FakeRefusal(401, { message: "401 Unauthorized" });
  await check(fake, project, mr);
  const status = await mergeStatus(fake, project, mr);
  if (status === "conflict") throw new FakeRefusal(422, { message: "Branch cannot be merged" });
  if (status !== "mergeable") throw new FakeRefusal(405, { message: "405 Method Not Allowed" });
  if (wanted.sha !== null && wanted.sha !== mr.sha) {
    throw new FakeRefusal(409, { message: `SHA does not match HEAD of source branch: ${mr.sha}` });
  }
  const { owner, name } = project.git;
  const before = await fake.git.branchSha(owner, name, mr.targetBranch);
  const after = await fake.git.merge(owner, name, mr.sourceBranch, mr.targetBranch);
  mr.mergeCommitSha = after;
  mr.state = "merged";
  mr.mergedAt = new Date();
  mr.updatedAt = mr.mergedAt;
  await announce(fake, project, mr, { by, action: "merge" });
  await announcePush(fake, project, by, { ref: `refs/heads/${mr.targetBranch}`, before, after });
}

/** Runs GitLab's background job that checks mergeability. */
export async function check(fake: FakeGitlab, project: FakeProject, mr: FakeMergeRequest): Promise<void> {
  const { owner, name } = project.git;
  mr.checkedFor = `${mr.sha} ${await fake.git.branchSha(owner, name, mr.targetBranch)}`;
}

export async function approve(
  fake: FakeGitlab,
  project: FakeProject,
  mr: FakeMergeRequest,
  by: FakeUser,
): Promise<void> {
  requires(project, by, 30);
  mr.approvals.push({ user: by, at: new Date() });
  mr.updatedAt = new Date();
  await announce(fake, project, mr, { by, action: "approved" });
}

export async function requestChanges(
  fake: FakeGitlab,
  project: FakeProject,
  mr: FakeMergeRequest,
  by: FakeUser,
): Promise<void> {
  mr.reviewers.set(by.id, { user: by, state: "requested_changes" });
  mr.updatedAt = new Date();
  await announce(fake, project, mr, { by, action: "update" });
}

const activities: Readonly<Record<string, string>> = {
  open: "opened",
  close: "closed",
  reopen: "reopened",
  merge: "accepted",
  approved: "approved",
};

export async function announce(
  fake: FakeGitlab,
  project: FakeProject,
  mr: FakeMergeRequest,
  act: { readonly by: FakeUser; readonly action: string; readonly changes?: object },
): Promise<void> {
  const action_name = activities[act.action];
  if (action_name !== undefined) {
    const target = { target_type: "MergeRequest", target_iid: mr.iid };
    project.activity.push({
      id: fake.nextId(),
      action_name,
      ...target,
      author: act.by,
      createdAt: new Date(),
    });
  }
  sendHook(
    fake,
    project,
    { eventName: "Merge Request Hook", switchName: "merge_requests_events" },
    await mergeRequestHook(fake, project, mr, act),
  );
}

export function requires(project: FakeProject, user: FakeUser, level: number): void {
  if ((project.members.get(user.id) ?? 0) < level) throw forbidden();
}
