import { z } from "zod";
import type { RepositoryRef } from "../../../core/forges/index.ts";
import { type GitlabClient, nameOf, projectOf } from "../client/gitlab-client.ts";
import { asking, orNull } from "../client/gitlab-refusal.ts";
import { apiPath } from "../client/gitlab-request.ts";

/** Events to subscribe to. Excludes confidential issues and internal notes, because more users could read a reply than the original. */
const listensTo = {
  push_events: true,
  tag_push_events: true,
  merge_requests_events: true,
  note_events: true,
  issues_events: true,
  pipeline_events: true,
  job_events: true,
  releases_events: true,
  confidential_issues_events: false,
  confidential_note_events: false,
};

const hookSchema = z.object({ id: z.number().int(), url: z.string().nullish() });
const maxPages = 10;

/** Ensures that exactly one webhook has this URL, with this token and these events. Deletes duplicates. */
export async function ensureWebhook(
  client: GitlabClient,
  repository: RepositoryRef,
  { url, secret }: { readonly url: string; readonly secret: string },
): Promise<void> {
  const project = projectOf(repository);
  const body = { url, ...listensTo, token: secret, enable_ssl_verification: !isLoopback(url) };
  const work = async () => {
    let [first, ...doubles] = await hooksFor(client, project, url);
    if (first === undefined) {
      await client.send({ method: "POST", path: apiPath`projects/${project}/hooks`, body });
      // A concurrent sync may have added a webhook. Every sync retains the oldest webhook and deletes the others.
      [first, ...doubles] = await hooksFor(client, project, url);
    } else await client.send({ method: "PUT", path: hookPath(project, first), body });
    await removeHooks(client, project, doubles);
  };
  await asking(`add the webhook to ${nameOf(repository)} (which requires the role Maintainer)`, work());
}

export async function removeWebhook(
  client: GitlabClient,
  repository: RepositoryRef,
  { url }: { readonly url: string },
): Promise<void> {
  const project = projectOf(repository);
  const work = async () => {
    const hooks = (await orNull(hooksFor(client, project, url))) ?? [];
    await removeHooks(client, project, hooks);
  };
  await asking(`delete the webhook from ${nameOf(repository)}`, work());
}

async function hooksFor(client: GitlabClient, project: string, url: string) {
  const request = { path: apiPath`projects/${project}/hooks`, query: { per_page: 100 } };
  const hooks = await client.list(hookSchema, request, maxPages);
  return hooks.filter((hook) => hook.url === url).sort((one, other) => one.id - other.id);
}

async function removeHooks(client: GitlabClient, project: string, hooks: readonly { readonly id: number }[]) {
  for (const hook of hooks) await orNull(client.send({ method: "DELETE", path: hookPath(project, hook) }));
}

const hookPath = (project: string, { id }: { readonly id: number }) =>
  apiPath`projects/${project}/hooks/${id}`;

function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
