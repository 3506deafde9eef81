import { NotFoundError, type Plan, type Session, type Tembo } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { type Names, statusCell, withNames } from "../../names.ts";
import { printFields } from "../../table.ts";
import { styled, type Terminal } from "../../terminal.ts";

export async function showSession(cli: Cli, id: string): Promise<Outcome> {
  const client = cli.client();
  const [session, names] = await withNames(cli, client.session.retrieve(id), ({ agent }) => [agent]);
  if (cli.isJson) cli.terminal.json(session);
  else {
    printSession(cli.terminal, session, names);
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

function printSession(terminal: Terminal, session: Session, names: Names): void {
  const { id, title, state, agent, targetBranch, branchName, createdAt, htmlUrl, diffSummary } = session;
  const current = state.current ?? "draft";
  printFields(terminal, [
    ["ID", id],
    ["title", title],
    ["status", statusCell(current)],
    ["agent", agent && { text: names.agent(agent), raw: agent }],
    // Older servers omit the project.
    ["project", session.project?.name ?? null],
    ["repositories", session.sessionSource.repositories.map(({ name }) => name).join(", ") || null],
    ["target branch", targetBranch],
    ["branch", branchName],
    ["changes", diffSummary && `+${diffSummary.additions} -${diffSummary.deletions}`],
    ["created", createdAt],
    ["URL", htmlUrl],
  ]);
  printPullRequests(terminal, session);
}

export function printPullRequests(terminal: Terminal, session: Session): void {
  for (const { title, status, url } of session.artifacts.flatMap((artifact) => artifact.pullRequests)) {
    terminal.line(styled("green", "pull request"), ` (${status}) ${title ?? ""} `, styled("cyan", url));
  }
}
