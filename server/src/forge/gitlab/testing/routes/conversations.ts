import { addNote, award, editNote, getNote, openIssue } from "../acts/talk.ts";
import { discussion, issue, note, user as userBody } from "../bodies/api-bodies.ts";
import type { FakeAward, FakeIssue, FakePosition, FakeProject } from "../fake-records.ts";
import { needs, notFound } from "../fake-refusal.ts";
import { type Asked, paged, projectOf, type Route, route } from "../fake-router.ts";
import type { FakeGitlab } from "../fake-state.ts";
import { mergeRequestOf } from "./merge-requests.ts";

const issueRoutes: readonly Route[] = [
  route("GET", "projects/*/issues", (asked) => {
    const project = projectOf(asked);
    const after = asked.query.get("updated_after");
    const found = project.issues.filter((one) => after === null || one.updatedAt > new Date(after));
    const bodies = found.map((one) => issue(asked.fake, project, one));
    return paged(asked, `${asked.fake.apiUrl}/projects/${project.id}/issues`, bodies);
  }),
  route("POST", "projects/*/issues", async (asked) => {
    const project = projectOf(asked);
    needs(asked.body, "title");
    const { title, description = "" } = asked.body;
    const input = { title: String(title), description: String(description) };
    const made = await openIssue(asked.fake, project, asked.user, input);
    return { status: 201, body: issue(asked.fake, project, made) };
  }),
  route("GET", "projects/*/issues/*", (asked) => {
    const project = projectOf(asked);
    return { body: issue(asked.fake, project, issueOf(asked, project)) };
  }),
];

export const conversationRoutes: readonly Route[] = [
  ...issueRoutes,
  ...routesBelow("merge_requests", mergeRequestOf),
  ...routesBelow("issues", issueOf),
];

function issueOf({ params }: Pick<Asked, "params">, project: FakeProject): FakeIssue {
  const found = project.issues.find(({ iid }) => String(iid) === params[1]);
  if (found === undefined) throw notFound("404 Issue Not Found");
  return found;
}

/** Returns the routes for conversations, which are the same for merge requests and issues. */
function routesBelow(place: string, find: typeof mergeRequestOf | typeof issueOf): readonly Route[] {
  const on = (asked: Asked) => {
    const project = projectOf(asked);
    return { project, on: find(asked, project) };
  };
  const at = `projects/*/${place}/*`;
  return [
    route("GET", `${at}/discussions`, (asked) => {
      const { project, on: found } = on(asked);
      const bodies = found.discussions.map((one) => discussion(asked.fake, found, one));
      return paged(
        asked,
        `${asked.fake.apiUrl}/projects/${project.id}/${place}/${found.iid}/discussions`,
        bodies,
      );
    }),
    route("POST", `${at}/discussions`, async (asked) => {
      const { project, on: found } = on(asked);
      needs(asked.body, "body");
      const position = (asked.body.position ?? null) as FakePosition | null;
      const made = await addNote(asked.fake, project, found, {
        by: asked.user,
        body: String(asked.body.body),
        position,
        isThread: true,
      });
      return { status: 201, body: discussion(asked.fake, found, made.discussion) };
    }),
    route("POST", `${at}/discussions/*/notes`, async (asked) => {
      const { project, on: found } = on(asked);
      needs(asked.body, "body");
      const thread = found.discussions.find(({ id }) => id === asked.params[2]);
      if (thread === undefined) throw notFound("404 Discussion Not Found");
      const made = await addNote(asked.fake, project, found, {
        by: asked.user,
        body: String(asked.body.body),
        in: thread,
      });
      return { status: 201, body: note(asked.fake, found, made.note) };
    }),
    route("POST", `${at}/notes`, async (asked) => {
      const { project, on: found } = on(asked);
      needs(asked.body, "body");
      const made = await addNote(asked.fake, project, found, {
        by: asked.user,
        body: String(asked.body.body),
      });
      return { status: 201, body: note(asked.fake, found, made.note) };
    }),
    route("PUT", `${at}/notes/*`, async (asked) => {
      const { project, on: found } = on(asked);
      needs(asked.body, "body");
      const edit = { id: Number(asked.params[2]), body: String(asked.body.body), by: asked.user };
      return { body: note(asked.fake, found, await editNote(asked.fake, project, found, edit)) };
    }),
    route("GET", `${at}/award_emoji`, (asked) => {
      const { project, on: found } = on(asked);
      const bodies = found.awards.map((one) => awardBody(asked.fake, one));
      return paged(asked, `${asked.fake.apiUrl}/projects/${project.id}/award_emoji`, bodies);
    }),
    route("POST", `${at}/award_emoji`, (asked) => {
      needs(asked.body, "name");
      const made = award(asked.fake, on(asked).on.awards, asked.user, String(asked.body.name));
      return { status: 201, body: awardBody(asked.fake, made) };
    }),
    route("POST", `${at}/notes/*/award_emoji`, (asked) => {
      needs(asked.body, "name");
      const { awards } = getNote(on(asked).on, Number(asked.params[2])).note;
      const made = award(asked.fake, awards, asked.user, String(asked.body.name));
      return { status: 201, body: awardBody(asked.fake, made) };
    }),
  ];
}

const awardBody = (fake: FakeGitlab, { id, name, user }: FakeAward) => ({
  id,
  name,
  user: userBody(fake, user),
  created_at: new Date().toISOString(),
});
