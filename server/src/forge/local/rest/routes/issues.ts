import { z } from "zod";
import type { LocalIssue, LocalPage, LocalPullRequest } from "../../../../core/forges/index.ts";
import type { Place } from "../../context.ts";
import { defined } from "../../defined.ts";
import { changePullRequest, setLabels } from "../../operations/change-pull-request.ts";
import { getThread } from "../../operations/conversations.ts";
import { changeIssue, openIssue } from "../../operations/issues.ts";
import { issueShape, labelShape } from "../../shapes/issue.ts";
import { ApiRefusal } from "../refusal.ts";
import {
  type ApiRequest,
  bodyOf,
  created,
  inRepo,
  numberIn,
  ok,
  orderOf,
  paged,
  type Route,
  sliced,
} from "../route.ts";

const label = z.union([z.string().min(1), z.object({ name: z.string().min(1) })]);
const labels = z.union([z.array(label), z.object({ labels: z.array(label) })]);
const newIssue = z.object({
  title: z.union([z.string().min(1), z.number()]),
  body: z.string().nullish(),
  labels: z.array(label).default([]),
});
const issueChange = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullable().optional(),
  state: z.enum(["open", "closed"]).optional(),
  labels: z.array(label).optional(),
});

export const issueRoutes: readonly Route[] = [
  inRepo("GET /issues", (request, place) => paged(request, (page) => listThreads(request, place, page))),
  inRepo("POST /issues", async (request, place) => {
    const { title, body, labels: given } = bodyOf(request, newIssue, "Issue");
    const issue = await openIssue(request.context, place, {
      title: String(title),
      body: body ?? "",
      labels: namesOf(given),
    });
    return created(await toIssueBody(request, place, issue));
  }),
  inRepo("GET /issues/:number", (request, place) => answer(request, place)),
  inRepo("PATCH /issues/:number", async (request, place) => {
    const { context } = request;
    const number = numberIn(request, "number");
    const { title, body, state, labels: given } = bodyOf(request, issueChange, "Issue");
    const change = defined({ title, status: state, body: body === null ? "" : body });
    if ((await getThread(context, place, number)).kind === "issue") {
      await changeIssue(context, place, number, { ...change, ...(given && { labels: namesOf(given) }) });
    } else {
      await changePullRequest(context, place, number, change);
      if (given !== undefined) await setLabels(context, place, number, namesOf(given));
    }
    return answer(request, place);
  }),
  inRepo("GET /issues/:number/labels", async (request, place) =>
    paged(request, sliced(await labelsOf(request, place))),
  ),
  inRepo("POST /issues/:number/labels", async (request, place) => {
    const added = namesOf(toLabelList(bodyOf(request, labels, "Label")));
    return replaceLabels(request, place, (known) => [...known, ...added]);
  }),
  inRepo("PUT /issues/:number/labels", async (request, place) => {
    const wanted = namesOf(toLabelList(bodyOf(request, labels, "Label")));
    return replaceLabels(request, place, () => wanted);
  }),
  inRepo("DELETE /issues/:number/labels/:label", async (request, place) => {
    const { label: gone } = request.params;
    return replaceLabels(request, place, (known) => {
      if (!known.includes(gone!)) throw new ApiRefusal(404, "Label does not exist");
      return known.filter((name) => name !== gone);
    });
  }),
];

async function answer(request: ApiRequest, place: Place) {
  const thread = await getThread(request.context, place, numberIn(request, "number"));
  return ok(await toIssueBody(request, place, thread.kind === "issue" ? thread.issue : thread.pull));
}

async function toIssueBody(
  { context }: ApiRequest,
  { repository }: Place,
  thread: LocalIssue | LocalPullRequest,
) {
  const { comment } = await context.records.comments.count(repository.id, thread.number);
  return issueShape(context, repository, thread, comment);
}

/** Lists issues, including pull requests. */
async function listThreads(request: ApiRequest, place: Place, { skip, limit }: LocalPage) {
  const { records } = request.context;
  const state = request.query.get("state") ?? "open";
  const order = orderOf(request);
  const filter = {
    ...order,
    skip: 0,
    limit: skip + limit,
    ...(state !== "all" && { isOpen: state === "open" }),
  };
  const [issues, pulls] = await Promise.all([
    records.issues.list(place.repository.id, filter),
    records.pulls.list(place.repository.id, filter),
  ]);
  const key = ({ updatedAt, number }: LocalIssue | LocalPullRequest) =>
    order.sort === "updated" ? updatedAt.getTime() : number;
  const way = order.direction === "asc" ? 1 : -1;
  const threads = [...issues, ...pulls].sort((one, other) => way * (key(one) - key(other)));
  return Promise.all(threads.slice(skip, skip + limit).map((thread) => toIssueBody(request, place, thread)));
}

async function labelsOf(request: ApiRequest, place: Place) {
  const thread = await getThread(request.context, place, numberIn(request, "number"));
  const names = thread.kind === "issue" ? thread.issue.labels : thread.pull.labels;
  return names.map((name) => labelShape(request.context, place.repository, name));
}

async function replaceLabels(
  request: ApiRequest,
  place: Place,
  change: (known: readonly string[]) => readonly string[],
) {
  const { context } = request;
  const number = numberIn(request, "number");
  const thread = await getThread(context, place, number);
  if (thread.kind === "issue")
    await changeIssue(context, place, number, { labels: change(thread.issue.labels) });
  else await setLabels(context, place, number, change(thread.pull.labels));
  return ok(await labelsOf(request, place));
}

const toLabelList = (given: z.infer<typeof labels>) => (Array.isArray(given) ? given : given.labels);
const namesOf = (given: readonly z.infer<typeof label>[]) =>
  given.map((one) => (typeof one === "string" ? one : one.name));
