import { cutEnd, type FailedJob, forgeData, withoutInvisible } from "../../../forges/index.ts";

/**
 * Composes the message about failed checks. Marks their names and logs as data, because any program may have written
 * them. Pure.
 */
export function composeCheckFix(failure: {
  readonly number: number;
  readonly sha: string;
  readonly jobs: readonly FailedJob[];
  /** Number of failed checks that are not in `jobs`. */
  readonly others: number;
}): string {
  const { number, sha, jobs, others } = failure;
  const words = [
    `Checks failed on commit ${sha.slice(0, 12)}, the head of pull request #${number}. Find the cause and fix it.`,
    "If the cause is not related to this change (a flaky test, an unavailable service), say so and change nothing. Do not weaken or skip a check to make it pass.",
    "The last message of your turn is posted on the pull request. Use it to explain what was wrong and what you did.",
  ].join(" ");
  const data = jobs.map(({ name, summary, url, log }) =>
    [
      `The check ${line(name)} failed${summary === null ? "." : `: ${line(summary)}`}`,
      ...(url === null ? [] : [line(url)]),
      log === null ? "No log is available." : `Its log:\n${withoutInvisible(log)}`,
    ].join("\n"),
  );
  const more =
    others === 0
      ? []
      : [
          `${others} more ${others === 1 ? "check" : "checks"} failed and ${others === 1 ? "is" : "are"} not shown.`,
        ];
  return `${words}\n\n${forgeData([...data, ...more], MAX_DATA)}`;
}

/** Maximum size of the logs and the text around them, in characters. */
const MAX_DATA = 90_000;

const line = (text: string) => cutEnd(withoutInvisible(text).replaceAll(/\s+/g, " ").trim(), 300);
