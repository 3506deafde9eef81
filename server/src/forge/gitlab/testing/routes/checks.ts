import { latest, setStatus } from "../acts/checks.ts";
import { pipeline, status } from "../bodies/api-bodies.ts";
import { FakeRefusal, needs, notFound } from "../fake-refusal.ts";
import { paged, projectOf, type Route, route } from "../fake-router.ts";

const states = ["pending", "running", "success", "failed", "canceled", "skipped"];

export const checkRoutes: readonly Route[] = [
  route("GET", "projects/*/repository/commits/*/statuses", (asked) => {
    const project = projectOf(asked, 20);
    const bodies = latest(project, asked.params[1]!).map((one) => status(asked.fake, project, one));
    return paged(asked, `${asked.fake.apiUrl}/projects/${project.id}/repository/commits`, bodies);
  }),
  route("POST", "projects/*/statuses/*", async (asked) => {
    const project = projectOf(asked, 30);
    const { body, fake, user, params } = asked;
    needs(body, "state");
    if (!states.includes(String(body.state))) {
      throw new FakeRefusal(400, { error: "state does not have a valid value" });
    }
    const made = await setStatus(fake, project, user, {
      sha: params[1]!,
      name: String(body.name ?? body.context ?? "default"),
      status: String(body.state),
      description: body.description === undefined ? null : String(body.description),
    });
    return { status: 201, body: status(fake, project, made) };
  }),
  route("GET", "projects/*/pipelines", (asked) => {
    const project = projectOf(asked, 20);
    const after = asked.query.get("updated_after");
    const found = project.pipelines.filter((one) => after === null || one.updatedAt > new Date(after));
    const bodies = found.map((one) => pipeline(asked.fake, project, one));
    return paged(asked, `${asked.fake.apiUrl}/projects/${project.id}/pipelines`, bodies);
  }),
  route("GET", "projects/*/jobs/*/trace", (asked) => {
    const job = projectOf(asked, 20).statuses.find(
      ({ id, kind }) => kind === "build" && String(id) === asked.params[1],
    );
    if (job === undefined) throw notFound();
    return { body: job.log };
  }),
];
