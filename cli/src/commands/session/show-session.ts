import { NotFoundError, type Plan, type Session, type Tembo } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { loadNames, type Names } from "../../names.ts";
import { type Span, styled, type Terminal } from "../../terminal.ts";

export async function showSession(cli: Cli, id: string): Promise<Outcome> {
  const client = cli.client();
  const session = await client.session.retrieve(id);
  if (cli.isJson) cli.terminal.json(session);
  else {
    printSession(cli.terminal, session, await loadNames(client));
    await printWaiting(cli.terminal, client, session);
  }
  return 0;
}

/** Prints the decisions that the session waits for. Each line has the command for the decision. */
async function printWaiting(terminal: Terminal, client: Tembo, { id, state }: Session): Promise<void> {
  const line = (what: string, command: string) => {
    terminal.line(styled("yellow", "needs you: "), what);
    terminal.line(styled("dim", `  ${command}`));
  };
  if (state.inProgress) {
    const [permissions, questions] = await Promise.all([
      client.session.permissions.list(id, { open: true }),
      client.session.questions.list(id, { open: true }),
    ]);
    for (const { id: permission, kind, title } of permissions.items)
      line(`permission: ${kind} ${title}`, `tembo session permit ${id} ${permission} allow|deny`);
    for (const { id: asked, question } of questions.items)
      line(question, `tembo session answer ${id} ${asked} TEXT`);
  } else if (!state.isQueued) {
    const plan = await findPlan(client, id);
    if (plan?.state === "proposed") line(`plan: ${plan.title}`, `tembo plan show|approve|edit|reject ${id}`);
  }
}

async function findPlan(client: Tembo, id: string): Promise<Plan | null> {
  try {
    return await client.session.plan.retrieve(id);
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** Display names of states, if they differ from the API's values. */
const stateNames: Readonly<Record<string, string>> = { inProgress: "in progress" };

function printSession(terminal: Terminal, session: Session, names: Names): void {
  const { id, title, state, agent, targetBranch, branchName, createdAt, htmlUrl, diffSummary } = session;
  const row = (name: string, value: Span | null) => {
    if (value !== null) terminal.line(styled("dim", `${name}:`.padEnd(15)), value);
  };
  row("ID", id);
  row("title", styled("bold", title));
  const current = state.current ?? "draft";
  row("status", stateNames[current] ?? current);
  row("agent", agent === null ? null : names.agent(agent));
  row("repositories", session.sessionSource.repositories.map(({ name }) => name).join(", ") || null);
  row("target branch", targetBranch);
  row("branch", branchName);
  row("changes", diffSummary && `+${diffSummary.additions} -${diffSummary.deletions}`);
  row("created", terminal.moment(createdAt));
  row("URL", htmlUrl);
  printPullRequests(terminal, session);
}

export function printPullRequests(terminal: Terminal, session: Session): void {
  for (const { title, status, url } of session.artifacts.flatMap((artifact) => artifact.pullRequests)) {
    terminal.line(styled("green", "pull request"), ` (${status}) ${title ?? ""} `, styled("cyan", url));
  }
}
