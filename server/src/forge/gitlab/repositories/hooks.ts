import type { RepositoryRef } from "../../../core/forges/index.ts";
import { type GitlabClient, nameOf, projectOf } from "../client/gitlab-client.ts";
import { asking, orNull } from "../client/gitlab-refusal.ts";

/** What confidential issues and internal notes say stays in GitLab: an answer there could be read by others. */
const listensTo = {
  pushEvents: true,
  tagPushEvents: true,
  mergeRequestsEvents: true,
  noteEvents: true,
  issuesEvents: true,
  pipelineEvents: true,
  jobEvents: true,
  releasesEvents: true,
  confidentialIssuesEvents: false,
  confidentialNoteEvents: false,
};

/** One hook for the URL, with this token and these events; doubles are taken away. */
export async function ensureWebhook(
  client: GitlabClient,
  repository: RepositoryRef,
  { url, secret }: { readonly url: string; readonly secret: string },
): Promise<void> {
  const project = projectOf(repository);
  const options = { ...listensTo, token: secret, enableSslVerification: !isLoopback(url) };
  const work = async () => {
    let [first, ...doubles] = await hooksFor(client, project, url);
    if (first === undefined) {
      await client.hooks.add(project, url, options);
      // Another sync may have added one at the same time: all keep the oldest.
      [first, ...doubles] = await hooksFor(client, project, url);
    } else await client.hooks.edit(project, first.id, url, options);
    for (const { id } of doubles) await orNull(client.hooks.remove(project, id));
  };
  await asking(`add the webhook to ${nameOf(repository)} (it needs the role Maintainer)`, work());
}

export async function removeWebhook(
  client: GitlabClient,
  repository: RepositoryRef,
  { url }: { readonly url: string },
): Promise<void> {
  const project = projectOf(repository);
  const work = async () => {
    const hooks = (await orNull(hooksFor(client, project, url))) ?? [];
    for (const { id } of hooks) await orNull(client.hooks.remove(project, id));
  };
  await asking(`remove the webhook from ${nameOf(repository)}`, work());
}

async function hooksFor(client: GitlabClient, project: string, url: string) {
  const hooks = await client.hooks.all(project, { perPage: 100, maxPages: 10 });
  return hooks.filter((hook) => hook.url === url).sort((one, other) => one.id - other.id);
}

function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
