import assert from "node:assert/strict";
import { test } from "node:test";
import { aForgeUser } from "../../automation/conversation/testing/memory-forge.ts";
import { keepPendingReviewers, mergeReviewRequests } from "./merge-review-requests.ts";
import type { Reviewer } from "./pull-request.ts";

const one = (login: string, state: Reviewer["state"]): Reviewer => ({ user: aForgeUser(login), state });
const requests = (logins: readonly string[], keepsReviewed = false) => ({
  users: logins.map((login) => aForgeUser(login)),
  keepsReviewed,
});
const shown = (reviewers: readonly Reviewer[]) =>
  reviewers.map(({ user, state }) => `${user.login} ${state}`);

test("adds requested reviewers as awaiting, and removes only awaiting reviewers who are no longer requested", () => {
  const before = [one("ada", "awaiting"), one("bob", "approved")];
  assert.deepEqual(shown(mergeReviewRequests(before, requests(["eve"]))), ["bob approved", "eve awaiting"]);
  assert.deepEqual(shown(mergeReviewRequests(before, requests([]))), ["bob approved"]);
});

test("changes nothing when the forge does not report review requests", () => {
  const before = [one("ada", "awaiting"), one("bob", "approved")];
  assert.equal(mergeReviewRequests(before, { users: null, keepsReviewed: false }), before);
});

test("resets a re-requested reviewer to awaiting unless the forge keeps reviewed ones in its requests", () => {
  const before = [one("ada", "changesRequested")];
  assert.deepEqual(shown(mergeReviewRequests(before, requests(["ada"]))), ["ada awaiting"]);
  assert.deepEqual(shown(mergeReviewRequests(before, requests(["ada"], true))), ["ada changesRequested"]);
});

test("replaces only the pending request of the person who submitted a review", () => {
  const before = [one("ada", "awaiting"), one("bob", "awaiting")];
  const reviewed = [one("ada", "changesRequested"), one("bob", "approved")];
  assert.deepEqual(shown(keepPendingReviewers(reviewed, before, aForgeUser("ada").id)), [
    "ada changesRequested",
    "bob awaiting",
  ]);
});
