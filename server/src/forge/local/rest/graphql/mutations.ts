import { z } from "zod";
import type { LocalReaction } from "../../../../core/forges/index.ts";
import type { LocalContext, Place } from "../../context.ts";
import { changePullRequest } from "../../operations/change-pull-request.ts";
import { getComment, getThread, react } from "../../operations/conversations.ts";
import { getPull } from "../../operations/heads.ts";
import { getPlace, refuseArchived } from "../../operations/places.ts";
import { type ReactionContent, reactionShape } from "../../shapes/comment.ts";
import { type NodeId, nodeId, readNodeId } from "../../shapes/node-id.ts";
import { simplePullShape } from "../../shapes/pull-request.ts";
import type { ApiRequest } from "../route.ts";
import { GraphqlRefusal } from "./graphql-refusal.ts";
import type { TypeName } from "./select.ts";

export interface Mutation {
  readonly payload: TypeName;
  /** Runs the mutation and returns its payload without `clientMutationId`. */
  readonly run: (request: ApiRequest, input: unknown) => Promise<Readonly<Record<string, unknown>>>;
}

/** Mutations without an equivalent in GitHub's REST API, by their GitHub names. */
export const mutations: ReadonlyMap<string, Mutation> = new Map<string, Mutation>([
  [
    "convertPullRequestToDraft",
    {
      payload: "ConvertPullRequestToDraftPayload",
      run: (request, input) => setDraft(request, input, true),
    },
  ],
  [
    "markPullRequestReadyForReview",
    {
      payload: "MarkPullRequestReadyForReviewPayload",
      run: (request, input) => setDraft(request, input, false),
    },
  ],
  ["addReaction", { payload: "AddReactionPayload", run: addReaction }],
]);

const clientMutationId = z.string().nullish();
const draftInput = z.strictObject({ pullRequestId: z.string(), clientMutationId });
const contents = {
  THUMBS_UP: "+1",
  THUMBS_DOWN: "-1",
  LAUGH: "laugh",
  CONFUSED: "confused",
  HEART: "heart",
  HOORAY: "hooray",
  ROCKET: "rocket",
  EYES: "eyes",
} as const satisfies Record<string, ReactionContent>;
type Content = keyof typeof contents;
const reactionInput = z.strictObject({
  subjectId: z.string(),
  content: z.enum(Object.keys(contents) as [Content, ...Content[]]),
  clientMutationId,
});

async function setDraft(request: ApiRequest, input: unknown, isDraft: boolean) {
  const { context } = request;
  const { pullRequestId } = inputOf(input, draftInput);
  const { place, node } = await getNode(request, pullRequestId);
  if (node.prefix !== "PR") throw noNode(pullRequestId);
  const { isDraft: was, status } = await getPull(context, place, node.number);
  if (status !== "open" && was !== isDraft)
    throw new GraphqlRefusal("UNPROCESSABLE", "The pull request is closed. Reopen it first.");
  const pull = await changePullRequest(context, place, node.number, { isDraft });
  const shape = simplePullShape(context, place, pull);
  return {
    pullRequest: {
      id: shape.node_id,
      number: shape.number,
      title: shape.title,
      url: shape.html_url,
      state: pull.status.toUpperCase(),
      isDraft: shape.draft,
    },
  };
}

async function addReaction(request: ApiRequest, input: unknown) {
  const { context } = request;
  const { subjectId, content } = inputOf(input, reactionInput);
  const { place, node } = await getNode(request, subjectId);
  refuseArchived(place);
  const subject = await subjectOf(context, place, node);
  const { reaction } = await react(context, place, subject, contents[content]);
  return { reaction: { id: reactionShape(context, reaction).node_id, content } };
}

/**
 * Returns the subject of a reaction. For a review, returns its pull request, because reviews on this forge cannot have reactions. Throws
 * `not_found` or a `GraphqlRefusal` if the subject does not exist.
 */
async function subjectOf(
  context: LocalContext,
  place: Place,
  { prefix, number }: NodeId,
): Promise<Pick<LocalReaction, "subject" | "subjectId">> {
  switch (prefix) {
    case "I":
    case "PR":
      await getThread(context, place, number);
      return { subject: "thread", subjectId: number };
    case "IC":
    case "PRRC": {
      const { id } = await getComment(context, place, prefix === "IC" ? "comment" : "inline", number);
      return { subject: "comment", subjectId: id };
    }
    case "PRR": {
      const review = await context.records.reviews.find(place.repository.id, number);
      if (review === null) throw noNode(nodeId(prefix, place.repository, number));
      return { subject: "thread", subjectId: review.number };
    }
  }
}

async function getNode({ context, actor }: ApiRequest, id: string) {
  const node = readNodeId(id);
  const repository = node && (await context.records.repositories.findByNumber(node.repository));
  if (node === null || repository === null) throw noNode(id);
  return { node, place: await getPlace(context, actor, repository) };
}

function inputOf<T>(input: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "input"}: ${message}`);
  throw new GraphqlRefusal("argumentLiteralsIncompatible", `The input is not valid. ${names.join("; ")}`);
}

const noNode = (id: string) =>
  new GraphqlRefusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id.slice(0, 100)}'`);
