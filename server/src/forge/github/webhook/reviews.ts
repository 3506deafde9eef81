import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { readBody } from "../read/read.ts";
import { review } from "../read/review.ts";
import { about, actionOf } from "./about.ts";

const body = z.object({ ...about, review, pull_request: z.object({ number: z.number().int() }) });

/**
 * Parses `pull_request_review`. Returns an event only for a submitted or dismissed review. GitHub reports a dismissal as the review with its
 * new state.
 */
export function readReview(json: unknown): readonly ForgeEvent[] {
  if (!["submitted", "dismissed"].includes(actionOf(json))) return [];
  const { repository, sender, review: given, pull_request: on } = readBody(body, json);
  if (given === null) return [];
  const actor = sender ?? given.author;
  return [
    { type: "review.submitted", repository, actor, at: given.submittedAt, number: on.number, review: given },
  ];
}
