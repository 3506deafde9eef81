import { z } from "zod";
import type { Place } from "../../context.ts";
import { defined } from "../../defined.ts";
import { readCommit } from "../../git/commits.ts";
import { branchSha } from "../../git/plumbing.ts";
import { protectedBranches } from "../../git/repositories.ts";
import { getPlace } from "../../operations/places.ts";
import { protectBranch } from "../../operations/protect-branch.ts";
import { changeRepository } from "../../operations/repositories.ts";
import { peopleOf } from "../../people.ts";
import { readRefs } from "../../repository-git.ts";
import { commitShape } from "../../shapes/commit.ts";
import { fullRepositoryShape, permissionsOf, repositoryApi, repositoryWeb } from "../../shapes/repository.ts";
import { userShape } from "../../shapes/user.ts";
import { ApiRefusal } from "../refusal.ts";
import { requireEnforceable } from "../require-enforceable.ts";
import {
  type ApiRequest,
  bodyOf,
  inRepo,
  inRepoAsAdmin,
  noContent,
  numberIn,
  ok,
  paged,
  type Route,
  route,
  sliced,
} from "../route.ts";

const repositoryChange = z.object({
  name: z.string().min(1).optional(),
  description: z.string().nullable().optional(),
  default_branch: z.string().min(1).optional(),
  archived: z.boolean().optional(),
});

const protection = z.record(z.string(), z.unknown());

export const repositoryRoutes: readonly Route[] = [
  inRepo("GET ", async ({ context, actor }, { repository }) =>
    ok(fullRepositoryShape(context, repository, actor.isAdmin)),
  ),
  inRepoAsAdmin("PATCH ", async (request, place) => {
    const input = bodyOf(request, repositoryChange, "Repository");
    const { default_branch: defaultBranch, archived: isArchived, name, description } = input;
    const change = defined({ name, description, defaultBranch, isArchived });
    const changed = await changeRepository(request.context, place, change);
    return ok(fullRepositoryShape(request.context, changed, request.actor.isAdmin));
  }),
  route("GET /repositories/:id", async (request) => {
    const { context, actor } = request;
    const found = await context.records.repositories.findByNumber(numberIn(request, "id"));
    const { repository } = await getPlace(context, actor, found);
    return ok(fullRepositoryShape(context, repository, actor.isAdmin));
  }),
  inRepo("GET /collaborators/:login/permission", async ({ context, params }, { repository }) => {
    const people = await peopleOf(context, repository.organizationId);
    const user = people.find(({ login }) => login === params.login);
    if (user === undefined) throw new ApiRefusal(404, `${params.login} is not a user`);
    const { people: records } = context.records;
    const isAdmin = user.isBot || (await records.isAdmin(repository.organizationId, Number(user.id)));
    const role = isAdmin ? "admin" : "write";
    const shape = { ...userShape(context, user), permissions: permissionsOf(isAdmin), role_name: role };
    return ok({ permission: role, role_name: role, user: shape });
  }),
  inRepo("GET /branches", async (request, place) => {
    const { context } = request;
    const heads = await readRefs(place.gitDir, ["refs/heads"]);
    const hidden = await protectedBranches(place.gitDir);
    const api = repositoryApi(context, place.repository);
    const branches = [...heads].map(([ref, sha]) => {
      const name = ref.slice("refs/heads/".length);
      return {
        name,
        commit: { sha, url: `${api}/commits/${sha}` },
        protected: hidden.has(name),
      };
    });
    const wanted = request.query.get("protected");
    return paged(
      request,
      sliced(wanted === null ? branches : branches.filter((one) => String(one.protected) === wanted)),
    );
  }),
  inRepo("GET /branches/*branch/protection", async (request, place) => {
    const branch = await knownBranch(request, place);
    if (!(await protectedBranches(place.gitDir)).has(branch))
      throw new ApiRefusal(404, "Branch not protected");
    return ok(protectionShape(request, place, branch));
  }),
  inRepoAsAdmin("PUT /branches/*branch/protection", async (request, place) => {
    const branch = await knownBranch(request, place);
    requireEnforceable(bodyOf(request, protection, "Protection"));
    await protectBranch(request.context, place, branch, true);
    return ok(protectionShape(request, place, branch));
  }),
  inRepoAsAdmin("DELETE /branches/*branch/protection", async (request, place) => {
    await protectBranch(request.context, place, await knownBranch(request, place), false);
    return noContent;
  }),
  inRepo("GET /branches/*branch", async (request, place) => {
    const { context } = request;
    const name = await knownBranch(request, place);
    const sha = (await branchSha(place.gitDir, name))!;
    const isProtected = (await protectedBranches(place.gitDir)).has(name);
    const self = `${repositoryApi(context, place.repository)}/branches/${encodeURIComponent(name)}`;
    return ok({
      name,
      commit: commitShape(context, place.repository, await readCommit(place.gitDir, sha)),
      _links: { self, html: `${repositoryWeb(context, place.repository)}/tree/${name}` },
      protected: isProtected,
      protection: {
        enabled: isProtected,
        required_status_checks: { enforcement_level: "off", contexts: [], checks: [] },
      },
      protection_url: `${self}/protection`,
    });
  }),
];

async function knownBranch({ params }: ApiRequest, { gitDir }: Place): Promise<string> {
  const branch = params.branch!;
  if ((await branchSha(gitDir, branch)) === null) throw new ApiRefusal(404, "Branch not found");
  return branch;
}

/** Returns a branch's protection settings. All users, including admins, can change a protected branch only through pull requests. */
function protectionShape({ context }: ApiRequest, { repository }: Place, branch: string) {
  const url = `${repositoryApi(context, repository)}/branches/${encodeURIComponent(branch)}/protection`;
  const off = { enabled: false };
  return {
    url,
    enforce_admins: { url: `${url}/enforce_admins`, enabled: true },
    required_pull_request_reviews: {
      url: `${url}/required_pull_request_reviews`,
      dismiss_stale_reviews: false,
      require_code_owner_reviews: false,
      required_approving_review_count: 0,
    },
    required_linear_history: off,
    allow_force_pushes: off,
    allow_deletions: off,
    block_creations: off,
    required_conversation_resolution: off,
    lock_branch: off,
    allow_fork_syncing: off,
  };
}
