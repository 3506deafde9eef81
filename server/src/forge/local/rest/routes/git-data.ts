import { z } from "zod";
import type { LocalContext, Place } from "../../context.ts";
import { readCommit } from "../../git/commits.ts";
import { makeTree, objectSize, readBlob, readTree, writeBlob } from "../../git/objects.ts";
import { type Identity, makeCommit } from "../../git/plumbing.ts";
import { identityOf } from "../../people.ts";
import { gitCommitShape } from "../../shapes/commit.ts";
import { repositoryApi } from "../../shapes/repository.ts";
import { ApiRefusal } from "../refusal.ts";
import { bodyOf, created, inRepo, ok, type Route } from "../route.ts";

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const newBlob = z.object({ content: z.string(), encoding: z.enum(["utf-8", "base64"]).default("utf-8") });
const newTree = z.object({
  base_tree: sha.optional(),
  tree: z
    .array(
      z.object({
        path: z.string().min(1),
        mode: z.enum(["100644", "100755", "040000", "160000", "120000"]).default("100644"),
        type: z.enum(["blob", "tree", "commit"]).optional(),
        sha: sha.nullable().optional(),
        content: z.string().optional(),
      }),
    )
    .max(10_000),
});
const identity = z.object({
  name: z.string(),
  email: z.string(),
  date: z.iso.datetime({ offset: true }).optional(),
});
const newCommit = z.object({
  message: z.string(),
  tree: sha,
  parents: z.array(sha).max(16).default([]),
  author: identity.optional(),
  committer: identity.optional(),
});

export const gitDataRoutes: readonly Route[] = [
  inRepo("POST /git/blobs", async (request, { gitDir, repository }) => {
    const { content, encoding } = bodyOf(request, newBlob, "Blob");
    const made = await writeBlob(gitDir, Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
    return created({ sha: made, url: `${repositoryApi(request.context, repository)}/git/blobs/${made}` });
  }),
  inRepo("GET /git/blobs/:sha", async ({ context, params }, { gitDir, repository }) => {
    const content = await readBlob(gitDir, objectName(params.sha));
    if (content === null) throw new ApiRefusal(404, "Not Found");
    return ok({
      sha: params.sha,
      node_id: `B_${params.sha}`,
      size: content.length,
      url: `${repositoryApi(context, repository)}/git/blobs/${params.sha}`,
      content: content.toString("base64"),
      encoding: "base64",
    });
  }),
  inRepo("POST /git/trees", async (request, place) => {
    const { base_tree: base, tree } = bodyOf(request, newTree, "Tree");
    const entries = [];
    for (const entry of tree) {
      const made =
        entry.content === undefined ? entry.sha : await writeBlob(place.gitDir, Buffer.from(entry.content));
      if (made === undefined) throw new ApiRefusal(422, "Must supply either tree.sha or tree.content");
      entries.push({ path: entry.path, mode: entry.mode, sha: made });
    }
    const made = await makeTree(place.gitDir, base ?? null, entries);
    if (made === null) throw new ApiRefusal(422, "The tree contains a path or an object that git rejects.");
    return created((await treeShape(request.context, place, made, false))!);
  }),
  inRepo("GET /git/trees/:sha", async ({ context, params, query }, place) => {
    const shape = await treeShape(context, place, params.sha!, query.has("recursive"));
    if (shape === null) throw new ApiRefusal(404, "Not Found");
    return ok(shape);
  }),
  inRepo("POST /git/commits", async (request, place) => {
    const { gitDir, repository, actor } = place;
    const input = bodyOf(request, newCommit, "Commit");
    await mustBe(gitDir, input.tree, "tree", "Tree SHA does not exist");
    for (const parent of input.parents)
      await mustBe(gitDir, parent, "commit", "Parent SHA does not exist or is not a commit object");
    const author: Identity = input.author ?? identityOf(request.context, actor.user);
    const { message, tree, parents, committer = author } = input;
    const made = await makeCommit(gitDir, { message, tree, parents, author, committer });
    return created(gitCommitShape(request.context, repository, await readCommit(gitDir, made)));
  }),
  inRepo("GET /git/commits/:sha", async ({ context, params }, { gitDir, repository }) => {
    const name = objectName(params.sha);
    await mustBe(gitDir, name, "commit", "Not Found", 404);
    return ok(gitCommitShape(context, repository, await readCommit(gitDir, name)));
  }),
];

async function treeShape(
  context: LocalContext,
  { gitDir, repository }: Place,
  name: string,
  isRecursive: boolean,
) {
  const found = await readTree(gitDir, name, isRecursive);
  if (found === null) return null;
  const api = `${repositoryApi(context, repository)}/git`;
  const tree = found.entries.map(({ path, mode, type, sha: entry, size }) => ({
    path,
    mode,
    type,
    sha: entry,
    ...(size !== null && { size }),
    ...(type !== "commit" && { url: `${api}/${type}s/${entry}` }),
  }));
  return { sha: found.sha, url: `${api}/trees/${found.sha}`, tree, truncated: found.isTruncated };
}

function objectName(text: string | undefined): string {
  if (!/^[0-9a-f]{40}$/.test(text ?? "")) throw new ApiRefusal(404, "Not Found");
  return text!;
}

async function mustBe(
  gitDir: string,
  name: string,
  type: string,
  words: string,
  status = 422,
): Promise<void> {
  if ((await objectSize(gitDir, name, type)) === null) throw new ApiRefusal(status, words);
}
