import { z } from "zod";
import type { LocalContext, Place } from "../../context.ts";
import { isAncestor, moveRef } from "../../git/plumbing.ts";
import { protectedBranches } from "../../git/repositories.ts";
import { noticePush } from "../../operations/notice-push.ts";
import { deleteBranch } from "../../operations/repositories.ts";
import { readRefs, repositoryGit } from "../../repository-git.ts";
import { refShape } from "../../shapes/commit.ts";
import { ApiRefusal, invalid } from "../refusal.ts";
import { bodyOf, created, inRepo, noContent, ok, paged, type Route, sliced } from "../route.ts";

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const newRef = z.object({ ref: z.string(), sha });
const movedRef = z.object({ sha, force: z.boolean().default(false) });

export const refRoutes: readonly Route[] = [
  inRepo("GET /git/ref/*ref", async ({ context, params }, { gitDir, repository }) => {
    const ref = `refs/${params.ref}`;
    const found = (await readRefs(gitDir, [ref])).get(ref);
    if (found === undefined) throw new ApiRefusal(404, "Not Found");
    return ok(refShape(context, repository, ref, found));
  }),
  inRepo("GET /git/matching-refs/*ref", async (request, { gitDir, repository }) => {
    const start = `refs/${request.params.ref}`;
    const refs = [...(await readRefs(gitDir, ["refs/heads", "refs/tags"]))].filter(([ref]) =>
      ref.startsWith(start),
    );
    return paged(request, sliced(refs.map(([ref, at]) => refShape(request.context, repository, ref, at))));
  }),
  inRepo("POST /git/refs", async (request, place) => {
    const { ref, sha: to } = bodyOf(request, newRef, "Reference");
    await checkRef(place, ref, to);
    if ((await readRefs(place.gitDir, [ref])).has(ref)) throw new ApiRefusal(422, "Reference already exists");
    await move(request.context, place, ref, { from: null, to });
    return created(refShape(request.context, place.repository, ref, to));
  }),
  inRepo("PATCH /git/refs/*ref", async (request, place) => {
    const ref = `refs/${request.params.ref}`;
    const { sha: to, force } = bodyOf(request, movedRef, "Reference");
    await checkRef(place, ref, to);
    const from = (await readRefs(place.gitDir, [ref])).get(ref);
    if (from === undefined) throw new ApiRefusal(422, "Reference does not exist");
    if (!force && !(await isAncestor(place.gitDir, from, to)))
      throw new ApiRefusal(422, "Update is not a fast forward");
    await move(request.context, place, ref, { from, to });
    return ok(refShape(request.context, place.repository, ref, to));
  }),
  inRepo("DELETE /git/refs/*ref", async ({ context, params }, place) => {
    const ref = `refs/${params.ref}`;
    if (ref.startsWith("refs/heads/")) {
      if (!(await deleteBranch(context, place, ref.slice("refs/heads/".length))))
        throw new ApiRefusal(422, "Reference does not exist");
      return noContent;
    }
    const from = (await readRefs(place.gitDir, [ref])).get(ref);
    if (from === undefined || !ref.startsWith("refs/tags/"))
      throw new ApiRefusal(422, "Reference does not exist");
    await move(context, place, ref, { from, to: null });
    return noContent;
  }),
];

async function checkRef({ gitDir }: Place, ref: string, to: string): Promise<void> {
  const isPublic = /^refs\/(?:heads|tags)\/[^/]/.test(ref);
  const isWellFormed = (await repositoryGit(["check-ref-format", ref], [1])).code === 0;
  if (!isPublic || !isWellFormed)
    throw invalid("Reference", `${JSON.stringify(ref)} is not a valid branch or tag name.`);
  if (ref.startsWith("refs/heads/") && (await protectedBranches(gitDir)).has(ref.slice("refs/heads/".length)))
    throw new ApiRefusal(409, "The branch is protected. Open a pull request instead.");
  const asked = ["--git-dir", gitDir, "cat-file", "-e", `${to}^{commit}`];
  if ((await repositoryGit(asked, [1, 128])).code !== 0) throw new ApiRefusal(422, "Object does not exist");
}

async function move(
  context: LocalContext,
  { repository, gitDir, actor }: Place,
  ref: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<void> {
  if (!(await moveRef(gitDir, ref, { from, to })))
    throw new ApiRefusal(409, "The reference has moved. Read it again.");
  await noticePush(context, repository, actor.user, { ref, before: from, after: to });
}
