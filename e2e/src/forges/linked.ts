import assert from "node:assert/strict";
import type { Forges } from "./start-forges.ts";
import type { SeenPullRequest } from "./story-forge.ts";

/** Pull requests by kind of forge. */
export type PullRequests = Readonly<Record<string, SeenPullRequest>>;

/** Returns the pull request of each forge. Asserts that each forge has exactly one. */
export async function onePullRequestEach({ all }: Forges): Promise<PullRequests> {
  const found: Record<string, SeenPullRequest> = {};
  for (const forge of all) {
    const pulls = await forge.pullRequests();
    assert.equal(pulls.length, 1, `${forge.type} has one pull request`);
    found[forge.type] = pulls[0]!;
  }
  return found;
}

/**
 * Asserts that each pull request contains the table exactly once. The table must link all pull requests and mark the
 * row of the pull request that contains it.
 */
export function assertLinked({ all }: Forges, pulls: PullRequests): void {
  for (const forge of all) {
    const { body } = pulls[forge.type]!;
    assert.equal(
      body.split("Related pull requests:").length,
      2,
      `the pull request in ${forge.type} has one table`,
    );
    for (const other of all) {
      const { number, url } = pulls[other.type]!;
      const link = `[${other.repository}#${number}](${url})`;
      const shown = other === forge ? `| **${link}** (this one) |` : `| ${link} |`;
      assert.ok(body.includes(shown), `the pull request in ${forge.type} contains ${shown}:\n${body}`);
    }
  }
}
