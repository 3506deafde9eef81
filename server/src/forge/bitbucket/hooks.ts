import type { components } from "@coderabbitai/bitbucket/cloud/openapi";
import { z } from "zod";
import type { RepositoryRef } from "../../core/forges/index.ts";
import { type BitbucketClient, nameOf, repositoryPath } from "./bitbucket-client.ts";

const events = [
  "repo:push",
  "repo:updated",
  "repo:transfer",
  "repo:deleted",
  "repo:commit_status_created",
  "repo:commit_status_updated",
  "pullrequest:created",
  "pullrequest:updated",
  "pullrequest:push",
  "pullrequest:fulfilled",
  "pullrequest:rejected",
  "pullrequest:approved",
  "pullrequest:changes_request_created",
  "pullrequest:comment_created",
] satisfies components["schemas"]["webhook_subscription"]["events"];

const hook = z.object({ uuid: z.string(), url: z.string() });

/** Creates or updates the webhook for this URL. Deletes duplicates. */
export async function ensureHook(
  client: BitbucketClient,
  repository: RepositoryRef,
  { url, secret }: { readonly url: string; readonly secret: string },
): Promise<void> {
  const path = `${repositoryPath(repository)}/hooks`;
  const what = `create its webhook in ${nameOf(repository)}`;
  const body = { description: "Tembo", url, secret, active: true, events };
  const [first, ...others] = await hooksFor(client, repository, url);
  if (first === undefined) await client.send({ method: "POST", path, body, what });
  else await client.send({ method: "PUT", path: `${path}/${encodeURIComponent(first)}`, body, what });
  await deleteHooks(client, repository, others);
}

/** Deletes every webhook for this URL. */
export async function removeHook(
  client: BitbucketClient,
  repository: RepositoryRef,
  url: string,
): Promise<void> {
  await deleteHooks(client, repository, await hooksFor(client, repository, url));
}

async function hooksFor(client: BitbucketClient, repository: RepositoryRef, url: string): Promise<string[]> {
  const found: string[] = [];
  const path = `${repositoryPath(repository)}/hooks`;
  const request = { path, what: `list the webhooks of ${nameOf(repository)}` };
  for await (const one of client.items(hook, request)) if (one.url === url) found.push(one.uuid);
  return found;
}

async function deleteHooks(client: BitbucketClient, repository: RepositoryRef, uuids: readonly string[]) {
  for (const uuid of uuids) {
    const path = `${repositoryPath(repository)}/hooks/${encodeURIComponent(uuid)}`;
    const what = `delete its webhook in ${nameOf(repository)}`;
    await client.send({ method: "DELETE", path, what, answers: [404] });
  }
}
