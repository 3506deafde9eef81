import { z } from "zod";
import type { ForgeCheck, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { pageSize, pagesOf } from "../api/latest-pages.ts";
import { checkRun, commitStatus, type TimedCheck } from "../read/check.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";

/** Maximum number of pages. It limits the list to 1,000 results of each kind. */
const maxPages = 10;

/** Returns the latest check run or commit status for each name. GitHub lists the two kinds separately. */
export async function checkResults(
  client: GithubClient,
  ref: RepositoryRef,
  sha: string,
): Promise<readonly ForgeCheck[]> {
  const runs = await pagesOf<unknown>(maxPages, async (page) => {
    const { data } = await client.askIn(ref, `list the checks of ${sha} in ${named(ref)}`, (request, path) =>
      request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
        ...path,
        ref: sha,
        filter: "latest",
        per_page: pageSize,
        page,
      }),
    );
    return { data: data.check_runs };
  });
  const statuses = await pagesOf<unknown>(maxPages, async (page) => {
    const { data } = await client.askIn(
      ref,
      `list the statuses of ${sha} in ${named(ref)}`,
      (request, path) =>
        request("GET /repos/{owner}/{repo}/commits/{ref}/status", {
          ...path,
          ref: sha,
          per_page: pageSize,
          page,
        }),
    );
    return { data: data.statuses };
  });
  return latestOfEachName([
    ...readAnswer(z.array(commitStatus), statuses),
    ...readAnswer(z.array(checkRun), runs),
  ]);
}

function latestOfEachName(checks: readonly TimedCheck[]): readonly ForgeCheck[] {
  const latest = new Map<string, TimedCheck>();
  for (const one of checks) {
    const known = latest.get(one.check.name);
    if (known === undefined || isLater(one, known)) latest.set(one.check.name, one);
  }
  return [...latest.values()].map(({ check }) => check);
}

/** Compares by time, then by ID. IDs are increasing, so they order two results from the same second. */
function isLater(one: TimedCheck, than: TimedCheck): boolean {
  const difference = one.at.getTime() - than.at.getTime();
  return difference === 0 ? Number(one.check.id) > Number(than.check.id) : difference > 0;
}
