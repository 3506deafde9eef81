import { z } from "zod";
import type { LocalContext } from "../../context.ts";
import { hookShape } from "../../shapes/hook.ts";
import { ApiRefusal, invalid } from "../refusal.ts";
import { bodyOf, created, inRepoAsAdmin, noContent, numberIn, ok, paged, type Route } from "../route.ts";

const url = z.url({ protocol: /^https?$/ });
const events = z.array(z.string().min(1)).min(1).max(100);
const config = z.object({
  url,
  secret: z.string().optional(),
  content_type: z.literal("json"),
  insecure_ssl: z.union([z.string(), z.number()]).optional(),
});
const newHook = z.object({
  name: z.literal("web").default("web"),
  config,
  events: events.default(["push"]),
  active: z.boolean().default(true),
});
const hookChange = z.object({
  config: config.partial().optional(),
  events: events.optional(),
  add_events: events.optional(),
  remove_events: events.optional(),
  active: z.boolean().optional(),
});

/** Serves webhooks. Bodies are always JSON, as `config.content_type` states. */
export const hookRoutes: readonly Route[] = [
  inRepoAsAdmin("GET /hooks", (request, { repository }) =>
    paged(request, async (page) =>
      (await request.context.records.hooks.list(repository.id, page)).map((hook) =>
        hookShape(request.context, repository, hook),
      ),
    ),
  ),
  inRepoAsAdmin("POST /hooks", async (request, { repository, actor }) => {
    const input = bodyOf(request, newHook, "Hook");
    requireGoodUrl(request.context, input.config.url);
    const hook = await request.context.records.hooks.insert({
      repositoryId: repository.id,
      url: input.config.url,
      secret: input.config.secret ?? "",
      events: [...new Set(input.events)],
      isActive: input.active,
    });
    if (hook === null) throw invalid("Hook", "Hook already exists on this repository");
    if (hook.isActive) await request.context.publish(repository, actor.user, { about: "hook", hook });
    return created(hookShape(request.context, repository, hook));
  }),
  inRepoAsAdmin("GET /hooks/:id", async (request, { repository }) => {
    const hook = await request.context.records.hooks.find(repository.id, numberIn(request, "id"));
    if (hook === null) throw new ApiRefusal(404, "Not Found");
    return ok(hookShape(request.context, repository, hook));
  }),
  inRepoAsAdmin("POST /hooks/:id/pings", async (request, { repository, actor }) => {
    const hook = await request.context.records.hooks.find(repository.id, numberIn(request, "id"));
    if (hook === null) throw new ApiRefusal(404, "Not Found");
    await request.context.publish(repository, actor.user, { about: "hook", hook });
    return noContent;
  }),
  inRepoAsAdmin("PATCH /hooks/:id", async (request, { repository }) => {
    const { hooks } = request.context.records;
    const id = numberIn(request, "id");
    const change = bodyOf(request, hookChange, "Hook");
    if (change.config?.url !== undefined) requireGoodUrl(request.context, change.config.url);
    const known = await hooks.find(repository.id, id);
    if (known === null) throw new ApiRefusal(404, "Not Found");
    const wanted = new Set([...(change.events ?? known.events), ...(change.add_events ?? [])]);
    for (const gone of change.remove_events ?? []) wanted.delete(gone);
    const hook = await hooks.update(repository.id, id, {
      events: [...wanted],
      ...(change.config?.url !== undefined && { url: change.config.url }),
      ...(change.config?.secret !== undefined && { secret: change.config.secret }),
      ...(change.active !== undefined && { isActive: change.active }),
    });
    return ok(hookShape(request.context, repository, hook!));
  }),
  inRepoAsAdmin("DELETE /hooks/:id", async (request, { repository }) => {
    if (!(await request.context.records.hooks.delete(repository.id, numberIn(request, "id"))))
      throw new ApiRefusal(404, "Not Found");
    return noContent;
  }),
];

/** Rejects a URL that the organization's own webhooks could not use either. The URL must use https, or a host that the operator allows. */
function requireGoodUrl({ problemOfHookUrl }: LocalContext, url: string): void {
  const problem = problemOfHookUrl(url);
  if (problem !== null) throw invalid("Hook", problem);
}
