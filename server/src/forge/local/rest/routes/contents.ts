import type { Place } from "../../context.ts";
import { readChanges, readPatch } from "../../git/changes.ts";
import { readCommit, readCommits } from "../../git/commits.ts";
import { readBlob, readTree } from "../../git/objects.ts";
import { commitSha, mergeBase } from "../../git/plumbing.ts";
import { commitShape, fileShape } from "../../shapes/commit.ts";
import { repositoryApi, repositoryWeb } from "../../shapes/repository.ts";
import { ApiRefusal } from "../refusal.ts";
import { type ApiRequest, asMedia, inRepo, ok, paged, type Route } from "../route.ts";

/** Maximum number of files in a commit response, as on GitHub. */
const maxFiles = 300;

export const contentRoutes: readonly Route[] = [
  inRepo("GET /contents", (request, place) => contents(request, place, "")),
  inRepo("GET /contents/*path", (request, place) => contents(request, place, request.params.path!)),
  inRepo("GET /readme", async (request, place) => {
    const ref = request.query.get("ref") ?? place.repository.defaultBranch;
    const sha = await commitSha(place.gitDir, ref);
    const tree = sha === null ? null : await readTree(place.gitDir, sha, false);
    const readme = tree?.entries.find(({ path, type }) => type === "blob" && /^readme(\.\w+)?$/i.test(path));
    if (readme === undefined) throw new ApiRefusal(404, "Not Found");
    return contents(request, place, readme.path);
  }),
  inRepo("GET /commits", async (request, place) => {
    const name = request.query.get("sha") ?? place.repository.defaultBranch;
    const sha = await commitSha(place.gitDir, name);
    if (sha === null) throw new ApiRefusal(409, "Git Repository is empty.");
    return paged(request, async (page) => {
      const commits = await readCommits(place.gitDir, [sha], page);
      return [...commits].reverse().map((commit) => commitShape(request.context, place.repository, commit));
    });
  }),
  inRepo("GET /commits/:ref", async (request, { gitDir, repository }) => {
    const { context } = request;
    const sha = await commitSha(gitDir, request.params.ref!);
    if (sha === null) throw new ApiRefusal(422, `No commit found for SHA: ${request.params.ref}`);
    const commit = await readCommit(gitDir, sha);
    const base = commit.parents[0] ?? null;
    const changes = await readChanges(gitDir, base, sha);
    const files = [];
    for (const file of changes.slice(0, maxFiles)) {
      const patch = file.isBinary ? "" : await readPatch(gitDir, base, sha, file.path);
      files.push(fileShape(context, repository, { file, sha, patch }));
    }
    const additions = changes.reduce((sum, file) => sum + file.additions, 0);
    const deletions = changes.reduce((sum, file) => sum + file.deletions, 0);
    return ok({
      ...commitShape(context, repository, commit),
      stats: { additions, deletions, total: additions + deletions },
      files,
    });
  }),
  inRepo("GET /compare/*range", async (request, { gitDir, repository }) => {
    const { context, params } = request;
    const [baseName = "", headName = ""] = params.range!.split("...");
    const [base, head] = [await commitSha(gitDir, baseName), await commitSha(gitDir, headName)];
    const start = base !== null && head !== null ? await mergeBase(gitDir, base, head) : null;
    if (base === null || head === null || start === null) throw new ApiRefusal(404, "Not Found");
    const commits = await readCommits(gitDir, [head, `^${base}`], { limit: 250 });
    const behind = await readCommits(gitDir, [base, `^${head}`], { limit: 250 });
    const changes = await readChanges(gitDir, start, head);
    const status =
      commits.length > 0
        ? behind.length > 0
          ? "diverged"
          : "ahead"
        : behind.length > 0
          ? "behind"
          : "identical";
    const shape = (commit: (typeof commits)[number]) => commitShape(context, repository, commit);
    const html = `${repositoryWeb(context, repository)}/compare/${params.range}`;
    return ok({
      url: `${repositoryApi(context, repository)}/compare/${params.range}`,
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: shape(await readCommit(gitDir, base)),
      merge_base_commit: shape(await readCommit(gitDir, start)),
      status,
      ahead_by: commits.length,
      behind_by: behind.length,
      total_commits: commits.length,
      commits: commits.map(shape),
      files: changes
        .slice(0, maxFiles)
        .map((file) => fileShape(context, repository, { file, sha: head, patch: "" })),
    });
  }),
];

async function contents(
  { context, query, format }: ApiRequest,
  { gitDir, repository }: Place,
  given: string,
) {
  const path = given.replaceAll(/^\/+|\/+$/g, "");
  const ref = query.get("ref") ?? repository.defaultBranch;
  const sha = await commitSha(gitDir, ref);
  if (sha === null) throw new ApiRefusal(404, `No commit found for the ref ${ref}`);
  const api = repositoryApi(context, repository);
  const html = repositoryWeb(context, repository);
  const shape = (entry: { path: string; type: string; sha: string; size: number | null }) => {
    const at = entry.path.split("/").map(encodeURIComponent).join("/");
    const url = `${api}/contents/${at}?ref=${encodeURIComponent(ref)}`;
    const isFile = entry.type === "blob";
    const git = `${api}/git/${isFile ? "blobs" : "trees"}/${entry.sha}`;
    const page = `${html}/${isFile ? "blob" : "tree"}/${ref}/${at}`;
    return {
      type: isFile ? ("file" as const) : entry.type === "tree" ? ("dir" as const) : ("submodule" as const),
      size: entry.size ?? 0,
      name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
      path: entry.path,
      sha: entry.sha,
      url,
      git_url: git,
      html_url: page,
      download_url: isFile ? `${html}/raw/${ref}/${at}` : null,
      _links: { self: url, git, html: page },
    };
  };
  const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const listed = path === "" ? null : await readTree(gitDir, parent === "" ? sha : `${sha}:${parent}`, false);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const entry = listed?.entries.find((one) => one.path === name);
  if (path !== "" && entry === undefined) throw new ApiRefusal(404, "Not Found");
  if (entry?.type === "blob") {
    const content = await readBlob(gitDir, entry.sha);
    if (content === null) throw new ApiRefusal(403, "This file is too large to show. Fetch it with git.");
    if (format === "raw") return asMedia("raw", content);
    return ok({ ...shape({ ...entry, path }), encoding: "base64", content: content.toString("base64") });
  }
  const tree = await readTree(gitDir, path === "" ? sha : `${sha}:${path}`, false);
  if (tree === null) throw new ApiRefusal(404, "Not Found");
  return ok(
    tree.entries.map((one) => shape({ ...one, path: path === "" ? one.path : `${path}/${one.path}` })),
  );
}
