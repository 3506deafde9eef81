import { FakeGitea } from "../../../server/src/forge/gitea/testing/fake-gitea.ts";
import { giteaRoutes } from "../../../server/src/forge/gitea/testing/gitea-routes.ts";
import { startRestServer } from "../../../server/src/forge/testing/rest-server.ts";
import type { StoryForge } from "./story-forge.ts";

/** Starts a fake Gitea with the repository acme/app and an account for the product. */
export async function startGitea() {
  const fake = new FakeGitea();
  await fake.attach(await startRestServer(giteaRoutes(fake), (...exchange) => fake.git.serve(...exchange)));
  const { token } = fake.addAccount("tembo", "admin");
  const page = () => `${fake.url}/${fake.owner}/${fake.name}`;
  return {
    type: "gitea",
    fake,
    connection: { type: "gitea", baseUrl: fake.url, accessToken: token },
    repository: "acme/app",
    repositoryUrl: page(),
    cloneUrl: `${page()}.git`,
    token,
    pullRequests: async () =>
      fake.items.flatMap(({ number, title, body, state, pull }) =>
        pull === null
          ? []
          : [
              {
                number,
                url: `${page()}/pulls/${number}`,
                title,
                body,
                state: pull.mergedSha === null ? state : ("merged" as const),
                head: pull.head,
                headSha: pull.headSha,
              },
            ],
      ),
    webhooks: async (url) => fake.hooks.filter((hook) => hook.url === url).length,
    close: () => fake.close(),
  } satisfies StoryForge & { readonly fake: unknown };
}
