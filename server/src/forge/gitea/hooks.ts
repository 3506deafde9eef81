import type { CreateHookOption, EditHookOption } from "gitea-js";
import { z } from "zod";
import type { RepositoryRef } from "../../core/forges/index.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";

/** Events to subscribe to. Some versions do not support the last events. Gitea and Forgejo ignore unknown events. */
const events = [
  "create",
  "delete",
  "push",
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_comment",
  "pull_request_review",
  "pull_request_sync",
  "pull_request_label",
  "pull_request_review_request",
  "repository",
  "release",
  "status",
  "workflow_run",
  "action_run_failure",
  "action_run_recover",
  "action_run_success",
];

const hook = z.object({ id: z.number().int(), config: z.record(z.string(), z.string()).nullish() });

/** Creates or updates the webhook for this URL. Deletes duplicates. */
export async function ensureHook(
  client: GiteaClient,
  repository: RepositoryRef,
  { url, secret }: { readonly url: string; readonly secret: string },
): Promise<void> {
  const path = `${repositoryPath(repository)}/hooks`;
  const what = `create its webhook in ${nameOf(repository)}`;
  const config = { url, content_type: "json", secret };
  const [first, ...others] = await hooksFor(client, repository, url);
  if (first === undefined) {
    const body = { type: "gitea", active: true, config, events } satisfies CreateHookOption;
    await client.send({ method: "POST", path, body, what });
  } else {
    const body = { active: true, config, events } satisfies EditHookOption;
    await client.send({ method: "PATCH", path: `${path}/${first}`, body, what });
  }
  await deleteHooks(client, repository, others);
}

/** Deletes every webhook for this URL. */
export async function removeHook(client: GiteaClient, repository: RepositoryRef, url: string): Promise<void> {
  await deleteHooks(client, repository, await hooksFor(client, repository, url));
}

async function hooksFor(client: GiteaClient, repository: RepositoryRef, url: string): Promise<number[]> {
  const found: number[] = [];
  const path = `${repositoryPath(repository)}/hooks`;
  for await (const { id, config } of client.items(hook, {
    path,
    what: `list the webhooks of ${nameOf(repository)}`,
  })) {
    if (config?.url === url) found.push(id);
  }
  return found;
}

async function deleteHooks(client: GiteaClient, repository: RepositoryRef, ids: readonly number[]) {
  for (const id of ids) {
    const path = `${repositoryPath(repository)}/hooks/${id}`;
    const what = `delete its webhook in ${nameOf(repository)}`;
    await client.send({ method: "DELETE", path, what, answers: [404] });
  }
}
