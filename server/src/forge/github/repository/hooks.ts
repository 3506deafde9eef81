import { z } from "zod";
import type { ForgeRepositories, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { pageSize, pagesOf } from "../api/latest-pages.ts";
import { absentAsNull, refusalWords, statusOf } from "../api/refusal.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "./named.ts";

/** Events to which Tembo subscribes, with a repository's webhook or with the App's webhook. */
export const hookEvents: readonly string[] = [
  "check_run",
  "check_suite",
  "create",
  "delete",
  "issue_comment",
  "issues",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "release",
  "repository",
  "status",
  "workflow_run",
];

const hookReader = z.object({ id: z.number(), config: z.object({ url: z.string().nullish() }) });

/** Manages the webhooks of single repositories. Does nothing for an App, because an App has one webhook for all repositories. */
export function githubHooks(
  client: GithubClient,
): Pick<ForgeRepositories, "ensureWebhook" | "removeWebhook"> {
  async function findHook(ref: RepositoryRef, url: string): Promise<number | null> {
    // GitHub allows 20 webhooks per event, so a repository has a few hundred webhooks at most.
    const hooks = await pagesOf(5, (page) =>
      client.askIn(ref, `list the webhooks of ${named(ref)}`, (request, path) =>
        request("GET /repos/{owner}/{repo}/hooks", { ...path, per_page: pageSize, page }),
      ),
    );
    return readAnswer(z.array(hookReader), hooks).find(({ config }) => config.url === url)?.id ?? null;
  }

  async function ensureWebhook(
    ref: RepositoryRef,
    { url, secret }: { readonly url: string; readonly secret: string },
  ): Promise<void> {
    if (client.credential.app !== null) return;
    const hook = {
      active: true,
      events: [...hookEvents],
      config: { url, secret, content_type: "json", insecure_ssl: "0" },
    };
    const update = (hookId: number) =>
      client.askIn(ref, `update the webhook of ${named(ref)}`, (request, path) =>
        request("PATCH /repos/{owner}/{repo}/hooks/{hook_id}", { ...path, hook_id: hookId, ...hook }),
      );
    const known = await findHook(ref, url);
    if (known !== null) return void (await update(known));
    try {
      await client.askIn(ref, `create a webhook in ${named(ref)}`, (request, path) =>
        request("POST /repos/{owner}/{repo}/hooks", { ...path, name: "web", ...hook }),
      );
    } catch (error) {
      if (statusOf(error) !== 422 || !/already exists/i.test(refusalWords(error))) throw error;
      const made = await findHook(ref, url);
      if (made === null) throw error;
      await update(made);
    }
  }

  async function removeWebhook(ref: RepositoryRef, { url }: { readonly url: string }): Promise<void> {
    if (client.credential.app !== null) return;
    const hookId = await findHook(ref, url);
    if (hookId === null) return;
    await absentAsNull(
      client.askIn(ref, `delete the webhook of ${named(ref)}`, (request, path) =>
        request("DELETE /repos/{owner}/{repo}/hooks/{hook_id}", { ...path, hook_id: hookId }),
      ),
    );
  }

  return { ensureWebhook, removeWebhook };
}
