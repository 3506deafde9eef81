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

test("who is asked is waited for, and who is not asked any more is not", () => {
  const before = [one("ada", "awaiting"), one("bob", "approved")];
  assert.deepEqual(shown(mergeReviewRequests(before, requests(["eve"]))), ["bob approved", "eve awaiting"]);
  assert.deepEqual(shown(mergeReviewRequests(before, requests([]))), ["bob approved"]);
});

test("a forge that tells nothing changes nothing", () => {
  const before = [one("ada", "awaiting"), one("bob", "approved")];
  assert.equal(mergeReviewRequests(before, { users: null, keepsReviewed: false }), before);
});

test("who is asked again is waited for anew, unless the forge keeps everybody it ever asked", () => {
  const before = [one("ada", "changesRequested")];
  assert.deepEqual(shown(mergeReviewRequests(before, requests(["ada"]))), ["ada awaiting"]);
  assert.deepEqual(shown(mergeReviewRequests(before, requests(["ada"], true))), ["ada changesRequested"]);
});

test("a review ends the wait for its reviewer and for nobody else", () => {
  const before = [one("ada", "awaiting"), one("bob", "awaiting")];
  const reviewed = [one("ada", "changesRequested"), one("bob", "approved")];
  assert.deepEqual(shown(keepPendingReviewers(reviewed, before, aForgeUser("ada").id)), [
    "ada changesRequested",
    "bob awaiting",
  ]);
});
