export interface LinkedPullRequest {
  /** Full name, such as "acme/app". */
  readonly repository: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
}

const begin = "[//]: # (tembo:pull-requests)";
const end = "[//]: # (tembo:pull-requests:end)";

/**
 * Replaces the table of the session's pull requests in the body, or appends it. With fewer than two pull requests,
 * removes an earlier table instead. Pure and idempotent.
 */
export function withLinkTable(body: string, pullRequests: readonly LinkedPullRequest[], own: string): string {
  const table = pullRequests.length < 2 ? "" : tableOf(pullRequests, own);
  const from = body.indexOf(begin);
  const to = from < 0 ? -1 : body.indexOf(end, from);
  const [before, after] = to < 0 ? [body, ""] : [body.slice(0, from), body.slice(to + end.length)];
  return [before.trimEnd(), table, after.trim()].filter((part) => part !== "").join("\n\n");
}

function tableOf(pullRequests: readonly LinkedPullRequest[], own: string): string {
  const rows = pullRequests.map(({ repository, number, url, title }) => {
    const link = `[${cell(repository)}#${number}](${url})`;
    return `| ${url === own ? `**${link}** (this one)` : link} | ${cell(title)} |`;
  });
  return [
    begin,
    "",
    "Related pull requests:",
    "",
    "| Pull request | Title |",
    "| --- | --- |",
    ...rows,
    "",
    end,
  ].join("\n");
}

const cell = (text: string) => text.replaceAll(/[\\|[\]<>]/g, "\\$&").replaceAll(/\s+/g, " ");
