import { cutEnd, type FailedJob, forgeData, withoutInvisible } from "../../../forges/index.ts";

/**
 * Composes the message about failed checks. Their names and logs are marked as data, because any program may have
 * written them. Pure.
 */
export function composeCheckFix(failure: {
  readonly number: number;
  readonly sha: string;
  readonly jobs: readonly FailedJob[];
  /** Number of failed checks that `jobs` does not contain. */
  readonly others: number;
}): string {
  const { number, sha, jobs, others } = failure;
  const words = [
    `Checks failed on commit ${sha.slice(0, 12)}, the head of pull request #${number}. Find the cause and fix it.`,
    "If it has nothing to do with this change (a flaky test, a service that was away), say so and change nothing. Do not weaken or skip a check to make it pass.",
    "Your last words of this turn are posted on the pull request: say what was wrong and what you did.",
  ].join(" ");
  const data = jobs.map(({ name, summary, url, log }) =>
    [
      `The check ${line(name)} failed${summary === null ? "." : `: ${line(summary)}`}`,
      ...(url === null ? [] : [line(url)]),
      log === null ? "It has no log." : `Of its log:\n${withoutInvisible(log)}`,
    ].join("\n"),
  );
  const more = others === 0 ? [] : [`${others} more failed; they are not shown.`];
  return `${words}\n\n${forgeData([...data, ...more], MAX_DATA)}`;
}

/** Limit for five logs and the text around them. */
const MAX_DATA = 90_000;

const line = (text: string) => cutEnd(withoutInvisible(text).replaceAll(/\s+/g, " ").trim(), 300);
