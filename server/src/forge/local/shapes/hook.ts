import type { LocalHook, LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import { repositoryApi } from "./repository.ts";

/** Returns a webhook in the format of GitHub's "hook". Masks the secret. */
export function hookShape(context: LocalContext, repository: LocalRepository, hook: LocalHook) {
  const own = `${repositoryApi(context, repository)}/hooks/${hook.id}`;
  return {
    type: "Repository",
    id: hook.id,
    name: "web",
    active: hook.isActive,
    events: [...hook.events],
    config: {
      url: hook.url,
      content_type: "json",
      insecure_ssl: "0",
      ...(hook.secret !== "" && { secret: "********" }),
    },
    created_at: hook.createdAt.toISOString(),
    updated_at: hook.updatedAt.toISOString(),
    url: own,
    test_url: `${own}/test`,
    ping_url: `${own}/pings`,
    deliveries_url: `${own}/deliveries`,
    last_response: { code: null, status: "unused", message: null },
  };
}
