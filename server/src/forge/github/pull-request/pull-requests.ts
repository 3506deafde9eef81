import { z } from "zod";
import type { ForgePullRequests } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { absentAsNull } from "../api/refusal.ts";
import { issue as issueReader } from "../read/issue.ts";
import { readAnswer } from "../read/read.ts";
import { review as reviewReader } from "../read/review.ts";
import { named } from "../repository/named.ts";
import { askReviews } from "./ask-reviews.ts";
import { createPullRequest } from "./create-pull-request.ts";
import { findPullRequest, findPullRequestByNumber } from "./find-pull-request.ts";
import { mergePullRequest } from "./merge-pull-request.ts";
import { updatePullRequest } from "./update-pull-request.ts";

export function githubPullRequests(client: GithubClient): ForgePullRequests {
  return {
    findPullRequest: (ref, head, base) => findPullRequest(client, ref, { head, base }),
    findPullRequestByNumber: (ref, number) => findPullRequestByNumber(client, ref, number),
    createPullRequest: (ref, input) => createPullRequest(client, ref, input),
    updatePullRequest: (ref, number, change) => updatePullRequest(client, ref, number, change),
    mergePullRequest: (ref, number, input) => mergePullRequest(client, ref, number, input),
    listReviews: async (ref, number) => {
      const reviews = readAnswer(z.array(reviewReader), await askReviews(client, ref, number));
      return reviews.filter((review) => review !== null);
    },
    findIssue: async (ref, number) => {
      const what = `find issue ${number} of ${named(ref)}`;
      const asked = client.askIn(ref, what, (request, path) =>
        request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...path, issue_number: number }),
      );
      // These statuses mean that the issue was transferred to another repository, was deleted or never existed.
      const answer = await absentAsNull(asked, [301, 404, 410]);
      return answer === null ? null : readAnswer(issueReader, answer.data).issue;
    },
  };
}
