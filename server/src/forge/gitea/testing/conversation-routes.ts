import type { RestRequest } from "../../testing/rest-server.ts";
import type { FakeGitea } from "./fake-gitea.ts";
import { type GiteaHandler, mayWrite, notFound, page, refuse } from "./gitea-handler.ts";
import {
  type Account,
  type LineNote,
  type Note,
  now,
  type Review,
  showIssue,
  showLineNote,
  showNote,
  showReview,
} from "./gitea-records.ts";
import { issueBody, newIssue } from "./pull-routes.ts";

const allowed = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];
const states = { APPROVED: "approved", REQUEST_CHANGES: "rejected", COMMENT: "comment" } as const;

export function conversationRoutes(fake: FakeGitea): Record<string, GiteaHandler> {
  const repo = "/repos/:owner/:name";
  const find = ({ params }: RestRequest) => fake.items.find(({ number }) => String(number) === params.number);
  const note = (user: Account, body: string): Note => {
    return { id: fake.id(), user, body, createdAt: now(), reactions: new Set() };
  };
  const findNote = (id: string | undefined) => {
    const all = fake.items.flatMap(({ notes, pull }) => [
      ...notes,
      ...(pull?.reviews.flatMap((one) => one.notes) ?? []),
    ]);
    return all.find((one) => String(one.id) === id);
  };
  const react = (reactions: Set<string> | undefined, { body }: RestRequest) => {
    if (reactions === undefined) return notFound();
    const { content = "" } = body as { content?: string };
    if (!allowed.includes(content)) return refuse(403, `'${content}' is not an allowed reaction`);
    const status = reactions.has(content) ? 200 : 201;
    reactions.add(content);
    return { status, body: { content } };
  };
  const since = ({ query }: RestRequest) => query.get("since")?.replace(/\.\d+Z$/, "Z") ?? "";

  return {
    [`GET ${repo}/issues/comments`]: (request) => {
      const all = fake.items.flatMap((item) => item.notes.map((one) => ({ item, one })));
      const found = all.filter(({ one }) => one.createdAt >= since(request));
      return page(
        found.map(({ item, one }) => showNote(fake.shown, item, one)),
        request,
      );
    },
    [`PATCH ${repo}/issues/comments/:id`]: ({ params, body }, asker) => {
      const found = findNote(params.id);
      if (!found) return notFound();
      if (found.user !== asker.account && asker.access !== "admin") return { status: 403 };
      found.body = (body as { body: string }).body;
      return { status: 200, body: {} };
    },
    [`DELETE ${repo}/issues/comments/:id`]: ({ params }) =>
      findNote(params.id) ? { status: 204 } : notFound(),
    [`POST ${repo}/issues/comments/:id/reactions`]: (request) =>
      react(findNote(request.params.id)?.reactions, request),
    [`GET ${repo}/issues`]: (request) => {
      const found = fake.items.filter((item) => item.pull === null && item.updatedAt >= since(request));
      return page(
        found.map((item) => showIssue(fake.shown, item)),
        request,
      );
    },
    [`POST ${repo}/issues`]: ({ body }, { account }) => {
      const { title = "", body: text = "" } = body as Record<string, string>;
      if (title === "") return refuse(422, "[Title]: Required");
      const item = newIssue(fake, account, title, text);
      fake.items.push(item);
      fake.sendWebhook("issues", issueBody(fake, "opened", item), account);
      return { status: 201, body: showIssue(fake.shown, item) };
    },
    [`GET ${repo}/issues/:number`]: (request) => {
      const item = find(request);
      return item ? { status: 200, body: showIssue(fake.shown, item) } : notFound();
    },
    [`GET ${repo}/issues/:number/comments`]: (request) => {
      const item = find(request);
      if (!item) return notFound();
      return { status: 200, body: item.notes.map((one) => showNote(fake.shown, item, one)) };
    },
    [`POST ${repo}/issues/:number/comments`]: (request, { account }) => {
      const item = find(request);
      if (!item) return notFound();
      const { body = "" } = request.body as { body?: string };
      if (body === "") return refuse(422, "[Body]: Required");
      const made = note(account, body);
      item.notes.push(made);
      item.updatedAt = now();
      const comment = showNote(fake.shown, item, made);
      const type = item.pull ? "pull_request_comment" : "issue_comment";
      fake.sendWebhook(
        type,
        { ...issueBody(fake, "created", item), comment, is_pull: item.pull !== null },
        account,
      );
      return { status: 201, body: comment };
    },
    [`POST ${repo}/issues/:number/reactions`]: (request) => react(find(request)?.reactions, request),
    [`GET ${repo}/labels`]: (request) =>
      page(
        [...fake.labels].map(([name, id]) => ({ id, name })),
        request,
      ),
    [`POST ${repo}/labels`]: ({ body }, asker) => {
      const { name = "", color = "" } = body as Record<string, string>;
      if (!mayWrite(asker)) return refuse(403, "user should have a permission to write to a repo");
      if (name === "" || !/^#?[0-9a-f]{6}$/i.test(color)) return refuse(422, "invalid label");
      fake.labels.set(name, fake.id());
      return { status: 201, body: { id: fake.labels.get(name), name, color } };
    },
    [`POST ${repo}/issues/:number/labels`]: (request, { account }) => {
      const item = find(request);
      if (!item) return notFound();
      const ids = (request.body as { labels: unknown[] }).labels;
      for (const [name, id] of fake.labels) if (ids.includes(id)) item.labels.add(name);
      if (item.pull) fake.sendPull("pull_request_label", "label_updated", item, account);
      return { status: 200, body: [...item.labels].map((name) => ({ name })) };
    },
    [`GET ${repo}/pulls/:number/reviews`]: (request) => {
      const item = find(request);
      if (!item?.pull) return notFound();
      return page(
        item.pull.reviews.map((one) => showReview(fake.shown, item, one)),
        request,
      );
    },
    [`GET ${repo}/pulls/:number/reviews/:id`]: (request) => {
      const item = find(request);
      const review = item?.pull?.reviews.find(({ id }) => String(id) === request.params.id);
      return item && review ? { status: 200, body: showReview(fake.shown, item, review) } : notFound();
    },
    [`GET ${repo}/pulls/:number/reviews/:id/comments`]: (request) => {
      const item = find(request);
      const review = item?.pull?.reviews.find(({ id }) => String(id) === request.params.id);
      if (!item || !review) return notFound();
      // Gitea stores the comments in Go maps, so it returns them in random order.
      const inline = review.notes.map((one) => showLineNote(fake.shown, item, review, one)).reverse();
      return { status: 200, body: inline };
    },
    [`POST ${repo}/pulls/:number/reviews`]: (request, { account }) => {
      const item = find(request);
      if (!item?.pull) return notFound();
      const { event, body = "", comments = [] } = request.body as ReviewBody;
      if (!(event in states)) return refuse(422, "review event missing");
      if (event === "REQUEST_CHANGES" && item.user === account) {
        return refuse(422, "reject your own pull is not allowed");
      }
      if (event === "APPROVED" && item.user === account)
        return refuse(422, "approve your own pull is not allowed");
      if (body === "" && comments.length === 0 && event === "COMMENT")
        return refuse(422, "review event COMMENT requires a body or a comment");
      if (body === "" && event === "REQUEST_CHANGES")
        return refuse(422, "review event REQUEST_CHANGES requires a body");
      const notes = comments.map((one): LineNote => {
        const { path, new_position: newLine = 0, old_position: oldLine = 0 } = one;
        return { ...note(account, one.body), path, newLine, oldLine };
      });
      const review: Review = {
        id: fake.id(),
        noteId: fake.id(),
        user: account,
        state: event,
        body,
        createdAt: now(),
        notes,
      };
      item.pull.reviews.push(review);
      item.updatedAt = now();
      const type = `pull_request_review_${states[event]}`;
      // The webhook contains neither the review's ID nor its inline comments.
      fake.sendPull(type, "reviewed", item, account, { review: { type, content: body } });
      return { status: 200, body: showReview(fake.shown, item, review) };
    },
  };
}

interface ReviewBody {
  readonly event: keyof typeof states;
  readonly body?: string;
  readonly comments?: readonly {
    readonly path: string;
    readonly body: string;
    readonly new_position?: number;
    readonly old_position?: number;
  }[];
}
