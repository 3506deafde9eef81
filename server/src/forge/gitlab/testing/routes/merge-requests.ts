import {
  announce,
  check,
  checkTitle,
  merge,
  openMergeRequest,
  requires,
  setState,
} from "../acts/merge-requests.ts";
import { mergeRequest, mergeStatus, user as userBody } from "../bodies/api-bodies.ts";
import type { FakeMergeRequest, FakeProject } from "../fake-records.ts";
import { FakeRefusal, needs, notFound } from "../fake-refusal.ts";
import { type Asked, paged, projectOf, type Route, route } from "../fake-router.ts";

export const mergeRequestRoutes: readonly Route[] = [
  route("GET", "projects/*/merge_requests", async (asked) => {
    const { fake, query } = asked;
    const project = projectOf(asked);
    const state = query.get("state");
    const after = query.get("updated_after");
    const wanted = (name: string, value: string) => query.get(name) === null || query.get(name) === value;
    const found = project.mergeRequests.filter(
      (mr) =>
        (state === null || state === "all" || mr.state === state) &&
        wanted("source_branch", mr.sourceBranch) &&
        wanted("target_branch", mr.targetBranch) &&
        (after === null || mr.updatedAt > new Date(after)),
    );
    const bodies = await Promise.all(found.reverse().map((mr) => mergeRequest(fake, project, mr)));
    return paged(asked, `${fake.apiUrl}/projects/${project.id}/merge_requests`, bodies);
  }),
  route("POST", "projects/*/merge_requests", async (asked) => {
    const { fake, user, body } = asked;
    const project = projectOf(asked, 30);
    needs(body, "source_branch", "target_branch", "title");
    const mr = await openMergeRequest(fake, project, user, {
      title: String(body.title),
      description: body.description === undefined ? null : String(body.description),
      source: String(body.source_branch),
      target: String(body.target_branch),
    });
    return { status: 201, body: await mergeRequest(fake, project, mr) };
  }),
  route("GET", "projects/*/merge_requests/*", async (asked) => {
    const project = projectOf(asked);
    const mr = mergeRequestOf(asked, project);
    const body = await mergeRequest(asked.fake, project, mr);
    // This request starts GitLab's check, and the next request returns the result.
    await check(asked.fake, project, mr);
    return { body: { ...body, head_pipeline: null, rebase_in_progress: false, merge_error: null } };
  }),
  route("PUT", "projects/*/merge_requests/*", async (asked) => {
    const project = projectOf(asked);
    const mr = mergeRequestOf(asked, project);
    requires(project, asked.user, 30);
    await edit(asked, project, mr);
    return { body: await mergeRequest(asked.fake, project, mr) };
  }),
  route("PUT", "projects/*/merge_requests/*/merge", async (asked) => {
    const project = projectOf(asked);
    const mr = mergeRequestOf(asked, project);
    const { sha } = asked.body;
    await merge(asked.fake, project, mr, asked.user, { sha: sha === undefined ? null : String(sha) });
    return { body: await mergeRequest(asked.fake, project, mr) };
  }),
  route("GET", "projects/*/merge_requests/*/approvals", async (asked) => {
    const project = projectOf(asked);
    const mr = mergeRequestOf(asked, project);
    return {
      body: {
        id: mr.id,
        iid: mr.iid,
        project_id: project.id,
        title: mr.title,
        state: mr.state,
        merge_status: await mergeStatus(asked.fake, project, mr),
        approved: mr.approvals.length > 0,
        approvals_required: 0,
        approvals_left: 0,
        approved_by: mr.approvals.map(({ user, at }) => ({
          user: userBody(asked.fake, user),
          approved_at: at.toISOString(),
        })),
      },
    };
  }),
  route("GET", "projects/*/merge_requests/*/reviewers", (asked) => {
    const mr = mergeRequestOf(asked, projectOf(asked));
    return {
      body: [...mr.reviewers.values()].map(({ user, state }) => ({
        user: userBody(asked.fake, user),
        state,
        created_at: mr.createdAt.toISOString(),
      })),
    };
  }),
];

export function mergeRequestOf({ params }: Pick<Asked, "params">, project: FakeProject): FakeMergeRequest {
  const found = project.mergeRequests.find(({ iid }) => String(iid) === params[1]);
  if (found === undefined) throw notFound("404 Not found");
  return found;
}

async function edit({ fake, user, body }: Asked, project: FakeProject, mr: FakeMergeRequest): Promise<void> {
  const changes: Record<string, object> = {};
  if (Object.keys(body).length === 0) {
    throw new FakeRefusal(400, {
      error: "title, description, state_event are missing, at least one parameter must be provided",
    });
  }
  if (body.title !== undefined) {
    checkTitle(String(body.title));
    changes.title = { previous: mr.title, current: body.title };
    mr.title = String(body.title);
  }
  if (body.description !== undefined) {
    changes.description = { previous: mr.description, current: body.description };
    mr.description = String(body.description);
  }
  if (body.target_branch !== undefined) {
    const target = String(body.target_branch);
    if ((await fake.git.branchSha(project.git.owner, project.git.name, target)) === null) {
      throw new FakeRefusal(400, { message: { target_branch: ["does not exist"] } });
    }
    changes.target_branch = { previous: mr.targetBranch, current: target };
    mr.targetBranch = target;
  }
  if (body.add_labels !== undefined) {
    for (const label of String(body.add_labels).split(",")) mr.labels.add(label.trim());
    changes.labels = { previous: [], current: [...mr.labels].map((title) => ({ title })) };
  }
  if (Array.isArray(body.reviewer_ids)) setReviewers(fake.users, project, mr, body.reviewer_ids as number[]);
  mr.updatedAt = new Date();
  if (body.state_event !== undefined) {
    await setState(fake, project, mr, user, body.state_event as "close" | "reopen");
  }
  if (Object.keys(changes).length > 0)
    await announce(fake, project, mr, { by: user, action: "update", changes });
}

/** Sets the reviewers. Like GitLab, silently ignores users who cannot see the project. */
function setReviewers(
  users: readonly { id: number }[],
  project: FakeProject,
  mr: FakeMergeRequest,
  ids: readonly number[],
): void {
  const known = new Map(mr.reviewers);
  mr.reviewers.clear();
  for (const id of ids) {
    const user = users.find((one) => one.id === id);
    if (user === undefined || !project.members.has(id)) continue;
    mr.reviewers.set(id, known.get(id) ?? { user: user as never, state: "unreviewed" });
  }
}
