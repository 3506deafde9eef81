import { repositoryGit } from "../../../local/repository-git.ts";
import { announcePush } from "../acts/push.ts";
import { activity, project as describe, mergeRequest } from "../bodies/api-bodies.ts";
import type { FakeProject } from "../fake-records.ts";
import { FakeRefusal, forbidden, notFound } from "../fake-refusal.ts";
import { type Asked, paged, projectOf, type Route, route } from "../fake-router.ts";
import type { FakeGitlab } from "../fake-state.ts";

export const projectRoutes: readonly Route[] = [
  route("GET", "projects", async (asked) => {
    const { fake, user, query } = asked;
    const least = Number(query.get("min_access_level") ?? 10);
    const idAfter = Number(query.get("id_after") ?? 0);
    const found = fake.projects
      .filter((one) => (one.members.get(user.id) ?? 0) >= least && one.id > idAfter)
      .filter((one) => query.get("archived") === null || String(one.isArchived) === query.get("archived"))
      .sort((a, b) => (query.get("sort") === "asc" ? a.id - b.id : b.id - a.id));
    const bodies = await Promise.all(found.map((one) => describe(fake, one, user)));
    return paged(asked, `${fake.apiUrl}/projects`, bodies);
  }),
  route("GET", "projects/*", async (asked) => ({
    body: await describe(asked.fake, projectOf(asked), asked.user),
  })),
  route("GET", "projects/*/events", (asked) => {
    const project = projectOf(asked);
    const after = asked.query.get("after");
    const recent = project.activity.filter(
      ({ createdAt }) => after === null || createdAt > new Date(`${after}T23:59:59Z`),
    );
    if (asked.query.get("sort") !== "asc") recent.reverse();
    const bodies = recent.map((one) => activity(asked.fake, project, one));
    return paged(asked, `${asked.fake.apiUrl}/projects/${project.id}/events`, bodies);
  }),
  route("GET", "projects/*/repository/branches/*", async (asked) => {
    const project = projectOf(asked, 20);
    const { name, sha } = await branchOf(asked, project);
    return {
      body: {
        name,
        merged: false,
        protected: project.protectedBranches.has(name),
        default: name === project.defaultBranch,
        can_push: true,
        web_url: `${asked.fake.url}/-/tree/${name}`,
        commit: await commitBody(asked.fake, project.git, sha),
      },
    };
  }),
  route("DELETE", "projects/*/repository/branches/*", async (asked) => {
    const { fake, user } = asked;
    const project = projectOf(asked, 30);
    const { name, sha } = await branchOf(asked, project);
    if (project.protectedBranches.has(name)) throw forbidden();
    await fake.git.deleteBranch(project.git.owner, project.git.name, name);
    await announcePush(fake, project, user, { ref: `refs/heads/${name}`, before: sha, after: null });
    return { status: 204, body: null };
  }),
  route("GET", "projects/*/repository/merge_base", async (asked) => {
    const { git } = projectOf(asked, 20);
    const refs = asked.query.getAll("refs[]");
    if (refs.length < 2) throw new FakeRefusal(400, { error: "refs should have at least 2 elements" });
    const path = asked.fake.git.path(git.owner, git.name);
    const found = await repositoryGit(["--git-dir", path, "merge-base", ...refs], [1, 128]);
    if (found.code === 128) throw new FakeRefusal(400, { message: "400 Bad request - Could not find ref" });
    if (found.code === 1) throw notFound("404 Merge Base Not Found");
    return { body: await commitBody(asked.fake, git, found.text) };
  }),
  route("GET", "projects/*/repository/commits/*", async (asked) => ({
    body: await commitBody(asked.fake, projectOf(asked, 20).git, asked.params[1]!),
  })),
  route("GET", "projects/*/repository/commits/*/merge_requests", async (asked) => {
    const project = projectOf(asked, 20);
    const found = project.mergeRequests.filter(({ sha }) => sha === asked.params[1]);
    const bodies = await Promise.all(found.map((mr) => mergeRequest(asked.fake, project, mr)));
    return paged(asked, `${asked.fake.apiUrl}/projects/${project.id}/repository/commits`, bodies);
  }),
];

async function branchOf({ fake, params }: Asked, { git }: FakeProject) {
  const name = params[1]!;
  const sha = await fake.git.branchSha(git.owner, git.name, name);
  if (sha === null) throw notFound("404 Branch Not Found");
  return { name, sha };
}

async function commitBody(fake: FakeGitlab, git: FakeProject["git"], sha: string) {
  const shown = await repositoryGit(
    ["--git-dir", fake.git.path(git.owner, git.name), "show", "--no-patch", "--format=%s%n%b", sha],
    [128],
  );
  if (shown.code !== 0) throw notFound("404 Commit Not Found");
  const [title = ""] = shown.text.split("\n");
  return { id: sha, short_id: sha.slice(0, 8), title, message: shown.text, parent_ids: [] };
}
