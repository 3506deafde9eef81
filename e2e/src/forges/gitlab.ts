import { FakeGitlabServer } from "../../../server/src/forge/gitlab/testing/fake-server.ts";
import { pushFiles } from "../support/repositories.ts";
import type { StoryForge } from "./story-forge.ts";

const maintainer = 40;

/** Starts a fake GitLab with a project in a nested group. The product acts as the group's bot. */
export async function startGitlab() {
  const fake = await new FakeGitlabServer().start();
  const project = await fake.addProject("acme/tools/web");
  // Adds the bot first, because the fake attributes pushes to its first user.
  const bot = fake.addUser("group_7_bot_0a1b", true);
  project.members.set(bot.id, maintainer);
  const token = fake.addToken(bot);
  const page = () => `${fake.url}/${project.namespace}/${project.path}`;
  const cloneUrl = `${page()}.git`;
  await pushFiles(cloneUrl, token, "main", { "README.md": "# Web\n" }, "First");
  const states = { opened: "open", closed: "closed", merged: "merged" } as const;
  return {
    type: "gitlab",
    fake,
    project,
    connection: { type: "gitlab", baseUrl: fake.url, accessToken: token },
    repository: "acme/tools/web",
    repositoryUrl: page(),
    cloneUrl,
    token,
    pullRequests: async () =>
      project.mergeRequests.map((one) => ({
        number: one.iid,
        url: `${page()}/-/merge_requests/${one.iid}`,
        title: one.title,
        body: one.description ?? "",
        state: states[one.state],
        head: one.sourceBranch,
        headSha: one.sha,
      })),
    webhooks: async (url) => project.hooks.filter((hook) => hook.url === url).length,
    close: () => fake.close(),
  } satisfies StoryForge & { readonly fake: unknown; readonly project: unknown };
}
