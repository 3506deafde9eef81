import { z } from "zod";
import type { LocalContext, Place } from "../../context.ts";
import { defined } from "../../defined.ts";
import { readChanges, readMails, readPatch, readWholePatch } from "../../git/changes.ts";
import { readCommits } from "../../git/commits.ts";
import { changePullRequest, removeReviewers } from "../../operations/change-pull-request.ts";
import { baseOf } from "../../operations/conversations.ts";
import { getPull, withHead } from "../../operations/heads.ts";
import { mergePullRequest } from "../../operations/merge-pull-request.ts";
import { openPullRequest } from "../../operations/open-pull-request.ts";
import { peopleOf } from "../../people.ts";
import { commitShape, fileShape } from "../../shapes/commit.ts";
import { pullShape, simplePullShape } from "../../shapes/pull-request.ts";
import { ApiRefusal, invalid, invalidField } from "../refusal.ts";
import {
  type ApiRequest,
  asMedia,
  bodyOf,
  created,
  inRepo,
  noContent,
  numberIn,
  ok,
  orderOf,
  paged,
  type Route,
  sliced,
} from "../route.ts";

/** Maximum number of commits in a pull request response, as on GitHub. */
const maxCommits = 250;
const maxFiles = 3000;

const newPull = z.object({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
});
/** Fields that can be changed. Clients change the draft state through GraphQL. */
const pullChange = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullable().optional(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().min(1).optional(),
});
const merge = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash", "rebase"]).default("merge"),
});
const reviewers = z.object({ reviewers: z.array(z.string()).max(100).default([]) });

export const pullRoutes: readonly Route[] = [
  inRepo("GET /pulls", async (request, place) => {
    const { context, query } = request;
    const state = query.get("state") ?? "open";
    const head = query.get("head");
    const [headOwner, headBranch] = head?.includes(":") ? head.split(":", 2) : [undefined, head ?? undefined];
    const { since: _since, ...order } = orderOf(request);
    const isOther = headOwner !== undefined && !isOwner(place, headOwner);
    return paged(request, async (page) => {
      if (isOther) return [];
      const pulls = await context.records.pulls.list(place.repository.id, {
        ...page,
        ...order,
        ...(state !== "all" && { isOpen: state === "open" }),
        ...(headBranch !== undefined && { head: headBranch }),
        ...(query.has("base") && { base: query.get("base")! }),
      });
      const seen = [];
      for (const pull of pulls) seen.push(await withHead(context, place, pull));
      return seen.map((pull) => simplePullShape(context, place, pull));
    });
  }),
  inRepo("POST /pulls", async (request, place) => {
    const { context } = request;
    const { title, body, draft, ...input } = bodyOf(request, newPull, "PullRequest");
    const [owner, branch] = input.head.includes(":")
      ? input.head.split(":", 2)
      : [place.repository.owner, input.head];
    if (!isOwner(place, owner!)) throw invalidField("PullRequest", "head");
    const asked = { title, body: body ?? "", head: branch!, base: input.base, isDraft: draft };
    const opened = await openPullRequest(context, place, asked);
    switch (opened.outcome) {
      case "opened":
        return created(await pullShape(context, place, opened.pull));
      case "existing":
        throw invalid(
          "PullRequest",
          `A pull request already exists for ${place.repository.owner}:${branch}.`,
        );
      case "nothing":
        throw invalid("PullRequest", `No commits between ${input.base} and ${branch}`);
      case "missing":
        throw invalidField("PullRequest", opened.side);
    }
  }),
  inRepo("GET /pulls/:number", async (request, place) => answer(request, place)),
  inRepo("PATCH /pulls/:number", async (request, place) => {
    const { body, state, ...change } = bodyOf(request, pullChange, "PullRequest");
    const changed = defined({ ...change, status: state, body: body === null ? "" : body });
    const pull = await changePullRequest(request.context, place, numberIn(request, "number"), changed);
    return ok(await pullShape(request.context, place, pull));
  }),
  inRepo("GET /pulls/:number/files", async (request, place) => {
    const { context } = request;
    const { gitDir, repository } = place;
    const pull = await getPull(context, place, numberIn(request, "number"));
    const base = await baseOf(gitDir, pull);
    const changes = (await readChanges(gitDir, base, pull.headSha)).slice(0, maxFiles);
    return paged(request, async (page) => {
      const files = [];
      for (const file of await sliced(changes)(page)) {
        const patch = file.isBinary ? "" : await readPatch(gitDir, base, pull.headSha, file.path);
        files.push(fileShape(context, repository, { file, sha: pull.headSha, patch }));
      }
      return files;
    });
  }),
  inRepo("GET /pulls/:number/commits", async (request, place) => {
    const pull = await getPull(request.context, place, numberIn(request, "number"));
    const base = await baseOf(place.gitDir, pull);
    const range = base === null ? [pull.headSha] : [pull.headSha, `^${base}`];
    const commits = await readCommits(place.gitDir, range, { limit: maxCommits });
    return paged(
      request,
      sliced(commits.map((commit) => commitShape(request.context, place.repository, commit))),
    );
  }),
  inRepo("GET /pulls/:number/merge", async (request, place) => {
    const pull = await getPull(request.context, place, numberIn(request, "number"));
    if (pull.status !== "merged") throw new ApiRefusal(404, "Not Found");
    return noContent;
  }),
  inRepo("PUT /pulls/:number/merge", async (request, place) => {
    const number = numberIn(request, "number");
    const input = bodyOf(request, merge, "PullRequest");
    const { status } = await getPull(request.context, place, number);
    if (status !== "open") throw new ApiRefusal(405, "Pull Request is not mergeable");
    const { sha: headSha, commit_title: title, commit_message: message } = input;
    const merged = await mergePullRequest(request.context, place, number, {
      method: input.merge_method,
      ...defined({ headSha, title, message }),
    });
    switch (merged.outcome) {
      case "merged":
        return ok({ sha: merged.sha, merged: true, message: "Pull Request successfully merged" });
      case "headMoved":
      case "baseMoved":
        throw new ApiRefusal(409, merged.sentence);
      case "draft":
        throw new ApiRefusal(405, "Pull Request is still a draft");
      default:
        throw new ApiRefusal(405, "Pull Request is not mergeable");
    }
  }),
  inRepo("GET /pulls/:number/requested_reviewers", async (request, place) => {
    const pull = await getPull(request.context, place, numberIn(request, "number"));
    return ok({ users: simplePullShape(request.context, place, pull).requested_reviewers, teams: [] });
  }),
  inRepo("POST /pulls/:number/requested_reviewers", async (request, place) => {
    const { context } = request;
    const { reviewers: logins } = bodyOf(request, reviewers, "PullRequest");
    await checkReviewers(context, place, numberIn(request, "number"), logins);
    const pull = await changePullRequest(context, place, numberIn(request, "number"), { reviewers: logins });
    return created(simplePullShape(context, place, pull));
  }),
  inRepo("DELETE /pulls/:number/requested_reviewers", async (request, place) => {
    const { reviewers: logins } = bodyOf(request, reviewers, "PullRequest");
    const pull = await removeReviewers(request.context, place, numberIn(request, "number"), logins);
    return ok(simplePullShape(request.context, place, pull));
  }),
];

async function answer(request: ApiRequest, place: Place) {
  const pull = await getPull(request.context, place, numberIn(request, "number"));
  const { format } = request;
  if (format !== "diff" && format !== "patch") return ok(await pullShape(request.context, place, pull));
  const { gitDir } = place;
  const base = await baseOf(gitDir, pull);
  const read = format === "patch" && base !== null ? readMails(gitDir, base, pull.headSha) : null;
  return asMedia(format, await (read ?? readWholePatch(gitDir, base, pull.headSha)));
}

const isOwner = ({ repository }: Place, owner: string) =>
  owner.toLowerCase() === repository.owner.toLowerCase();

async function checkReviewers(
  context: LocalContext,
  place: Place,
  number: number,
  logins: readonly string[],
) {
  const { author } = await getPull(context, place, number);
  if (author !== null && logins.includes(author.login))
    throw new ApiRefusal(422, "Review cannot be requested from pull request author.");
  const known = new Set((await peopleOf(context, place.repository.organizationId)).map(({ login }) => login));
  if (logins.every((login) => known.has(login))) return;
  const name = `${place.repository.owner}/${place.repository.name}`;
  throw new ApiRefusal(
    422,
    `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${name} repository.`,
  );
}
