import type { FakeHook } from "../fake-records.ts";
import { FakeRefusal, needs, notFound } from "../fake-refusal.ts";
import { paged, projectOf, type Route, route } from "../fake-router.ts";

const maintainer = 40;

export const hookRoutes: readonly Route[] = [
  route("GET", "projects/*/hooks", (asked) => {
    const project = projectOf(asked, maintainer);
    return paged(asked, `${asked.fake.apiUrl}/projects/${project.id}/hooks`, project.hooks.map(hookBody));
  }),
  route("POST", "projects/*/hooks", (asked) => {
    const project = projectOf(asked, maintainer);
    needs(asked.body, "url");
    // By default, GitLab subscribes a webhook only to pushes.
    const hook: FakeHook = { id: asked.fake.nextId(), url: "", token: null, events: { push_events: true } };
    change(hook, asked.body);
    project.hooks.push(hook);
    return { status: 201, body: hookBody(hook) };
  }),
  route("PUT", "projects/*/hooks/*", (asked) => {
    const hook = projectOf(asked, maintainer).hooks.find(({ id }) => String(id) === asked.params[1]);
    if (hook === undefined) throw notFound();
    needs(asked.body, "url");
    change(hook, asked.body);
    return { body: hookBody(hook) };
  }),
  route("DELETE", "projects/*/hooks/*", (asked) => {
    const { hooks } = projectOf(asked, maintainer);
    const index = hooks.findIndex(({ id }) => String(id) === asked.params[1]);
    if (index === -1) throw notFound();
    hooks.splice(index, 1);
    return { status: 204, body: null };
  }),
];

function change(hook: FakeHook, body: Record<string, unknown>): void {
  if (!URL.canParse(String(body.url))) {
    throw new FakeRefusal(422, { error: "Invalid url given" });
  }
  hook.url = String(body.url);
  if (body.token !== undefined) hook.token = String(body.token);
  for (const [name, value] of Object.entries(body)) {
    if (name.endsWith("_events") || name === "enable_ssl_verification") hook.events[name] = value === true;
  }
}

/** Returns a webhook without its token, like GitLab. */
const hookBody = ({ id, url, events }: FakeHook) => ({
  id,
  url,
  ...events,
  created_at: new Date(0).toISOString(),
});
