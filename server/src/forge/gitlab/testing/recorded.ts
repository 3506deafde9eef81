import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WebhookRequest } from "../../../core/forges/index.ts";

const folder = join(import.meta.dirname, "fixtures/recorded-webhooks");

/** Value of GitLab's event header for each payload, because the corpus contains only bodies. */
const headers: Readonly<Record<string, string>> = {
  build: "Job Hook",
  job: "Job Hook",
  deployment: "Deployment Hook",
  feature_flag: "Feature Flag Hook",
  group_merge_request: "Merge Request Hook",
  issue: "Issue Hook",
  member: "Member Hook",
  merge_request: "Merge Request Hook",
  service_merge_request: "Merge Request Hook",
  note_commit: "Note Hook",
  note_issue: "Note Hook",
  note_merge_request: "Note Hook",
  note_snippet: "Note Hook",
  pipeline: "Pipeline Hook",
  push: "Push Hook",
  release: "Release Hook",
  resource_access_token_group: "Resource Access Token Hook",
  resource_access_token_project: "Resource Access Token Hook",
  subgroup: "Subgroup Hook",
  tag_push: "Tag Push Hook",
  wiki_page: "Wiki Page Hook",
};

export const recordedNames: readonly string[] = readdirSync(join(folder, "webhooks")).map((file) =>
  file.replace(/\.json$/, ""),
);
export const recordedSystemNames: readonly string[] = readdirSync(join(folder, "systemhooks")).map((file) =>
  file.replace(/\.json$/, ""),
);

/** Returns a recorded webhook by its name, such as "merge_request". */
export function recorded(name: string, kind: "webhooks" | "systemhooks" = "webhooks"): WebhookRequest {
  const eventName = kind === "systemhooks" ? "System Hook" : headers[name]!;
  return {
    headers: { "x-gitlab-event": eventName, "content-type": "application/json" },
    body: readFileSync(join(folder, kind, `${name}.json`)),
  };
}

/** Returns a modified copy of the request. */
export function changed(request: WebhookRequest, change: (body: never) => void): WebhookRequest {
  const body = JSON.parse(request.body.toString("utf8")) as never;
  change(body);
  return { ...request, body: Buffer.from(JSON.stringify(body)) };
}

/** Returns the JSON keys that GitLab's own client knows in one kind of payload. */
export function knownKeys(name: string): readonly string[] {
  const all = JSON.parse(readFileSync(join(folder, "known-keys.json"), "utf8")) as Record<string, string[]>;
  return all[name]!;
}
