import type { Session } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { type Span, styled, type Terminal } from "../../terminal.ts";

export async function showSession(cli: Cli, id: string): Promise<Outcome> {
  const session = await cli.client().session.retrieve(id);
  if (cli.isJson) cli.terminal.json(session);
  else printSession(cli.terminal, session);
  return 0;
}

function printSession(terminal: Terminal, session: Session): void {
  const { id, title, state, agent, targetBranch, branchName, createdAt, htmlUrl, diffSummary } = session;
  const row = (name: string, value: Span | null) => {
    if (value !== null) terminal.line(styled("dim", `${name}:`.padEnd(14)), value);
  };
  row("id", id);
  row("title", styled("bold", title));
  row("status", state.current ?? "draft");
  row("agent", agent);
  row("repositories", session.sessionSource.repositories.map(({ name }) => name).join(", ") || null);
  row("target branch", targetBranch);
  row("branch", branchName);
  row("changes", diffSummary && `+${diffSummary.additions} -${diffSummary.deletions}`);
  row("created", createdAt);
  row("url", htmlUrl);
  printPullRequests(terminal, session);
}

export function printPullRequests(terminal: Terminal, session: Session): void {
  for (const { title, status, url } of session.artifacts.flatMap((artifact) => artifact.pullRequests)) {
    terminal.line(styled("green", "pull request"), ` (${status}) ${title ?? ""} `, styled("cyan", url));
  }
}
