import { peopleOf } from "../../people.ts";
import { repositoryShape } from "../../shapes/repository.ts";
import { apiUrl, userShape, webUrl } from "../../shapes/user.ts";
import { ApiRefusal } from "../refusal.ts";
import type { RequestCount } from "../request-count.ts";
import { type ApiRequest, ok, paged, type Route, route } from "../route.ts";

export function rootRoutes(counts: RequestCount): readonly Route[] {
  return [
    route("GET /", async ({ context }) =>
      ok({
        current_user_url: apiUrl(context, "user"),
        rate_limit_url: apiUrl(context, "rate_limit"),
        repository_url: apiUrl(context, "repos/{owner}/{repo}"),
        current_user_repositories_url: apiUrl(context, "user/repos{?type,page,per_page,sort}"),
        user_url: apiUrl(context, "users/{user}"),
      }),
    ),
    route("GET /user", async ({ context, actor }) => ok(fullUser(context, actor.user))),
    route("GET /users/:login", async ({ context, actor, params }) => {
      const people = await peopleOf(context, actor.organizationId!);
      const user = people.find(({ login }) => login === params.login);
      if (user === undefined) throw new ApiRefusal(404, "Not Found");
      return ok(fullUser(context, user));
    }),
    route("GET /rate_limit", async ({ actor }) => {
      const core = { ...counts.of(actor.user.id), resource: "core" };
      return ok({ resources: { core, search: core }, rate: core });
    }),
    route("GET /user/repos", (request) => paged(request, (page) => reached(request, page))),
    route("GET /installation/repositories", async (request) => {
      const { context, actor } = request;
      const all = await context.records.repositories.list(actor.organizationId, { skip: 0, limit: 100_000 });
      return paged(
        request,
        (page) => reached(request, page),
        (repositories) => ({
          total_count: all.length,
          repository_selection: "all",
          repositories,
        }),
      );
    }),
  ];
}

async function reached({ context, actor }: ApiRequest, page: { skip: number; limit: number }) {
  const repositories = await context.records.repositories.list(actor.organizationId, page);
  return repositories.map((repository) => repositoryShape(context, repository, actor.isAdmin));
}

function fullUser(context: ApiRequest["context"], user: ApiRequest["actor"]["user"]) {
  return {
    ...userShape(context, user),
    name: user.name,
    company: null,
    blog: webUrl(context, user.login),
    location: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: new Date(0).toISOString(),
    updated_at: new Date(0).toISOString(),
  };
}
