import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeReview } from "../forge/forge-pull-request.ts";
import { decideReviewers } from "./decide-reviewers.ts";

let seconds = 0;
const review = (login: string, state: ForgeReview["state"]): ForgeReview => {
  seconds += 1;
  return {
    id: String(seconds),
    author: {
      id: `id-${login}`,
      login,
      name: null,
      email: null,
      avatarUrl: null,
      profileUrl: null,
      isBot: false,
    },
    state,
    body: "",
    url: "",
    submittedAt: new Date(seconds * 1000),
  };
};
const decided = (reviews: readonly ForgeReview[], except: readonly string[] = []) =>
  decideReviewers(reviews, except).map(({ user, state }) => `${user.login} ${state}`);

test("keeps each person's latest approval or change request despite later comments", () => {
  assert.deepEqual(
    decided([review("ada", "approved"), review("ada", "commented"), review("bob", "commented")]),
    ["ada approved", "bob commented"],
  );
  assert.deepEqual(decided([review("ada", "approved"), review("ada", "changesRequested")]), [
    "ada changesRequested",
  ]);
});

test("treats a dismissed review as a comment", () => {
  assert.deepEqual(decided([review("ada", "changesRequested"), review("ada", "dismissed")]), [
    "ada commented",
  ]);
});

test("uses each person's latest review, regardless of the order, and skips excluded people", () => {
  const early = review("ada", "changesRequested");
  const late = review("ada", "approved");
  assert.deepEqual(decided([late, early, review("me", "approved")], ["id-me"]), ["ada approved"]);
});
