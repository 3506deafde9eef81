import { setTimeout as pause } from "node:timers/promises";
import type { SessionAttempts, SessionCreateBody, Tembo } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { statusCell, withNames } from "../../names.ts";
import { printTable } from "../../table.ts";

interface AttemptFlags {
  readonly attempts?: number;
  readonly attempt: readonly string[];
  readonly branch?: string;
  readonly draft?: boolean;
  readonly wait?: boolean;
  readonly watch?: boolean;
}

/** Returns the attempts that the options request, or undefined for a single session. */
export function attemptsOf(options: AttemptFlags): SessionCreateBody["attempts"] {
  const { attempts: count, attempt: agents } = options;
  if (count === undefined && agents.length === 0) return undefined;
  const wrong = (["branch", "draft", "wait", "watch"] as const).find((name) => options[name] !== undefined);
  if (wrong !== undefined)
    throw new UsageError(`--${wrong} cannot be used with several attempts.`, `omit --${wrong}.`);
  if (count !== undefined && agents.length > count)
    throw new UsageError(
      `--attempt names ${agents.length} agents for ${count} attempts.`,
      "omit --attempts, or name fewer agents.",
    );
  if (count === 1 || (count === undefined && agents.length === 1))
    throw new UsageError("A single attempt needs neither --attempts nor --attempt.", "use --agent.");
  return Array.from({ length: count ?? agents.length }, (_, index) => {
    const agent = agents[index];
    return agent === undefined ? {} : { agent };
  });
}

export function addAttemptCommands(session: Command, runs: Registry["runs"]): void {
  session
    .command("attempts")
    .description("show the attempts at a session's task")
    .argument("<session>", "session ID of one of the attempts")
    .action(runs((cli: Cli, id: string) => print(cli, () => cli.client().session.attempts(id))));
  session
    .command("keep")
    .description(
      "keep one of several attempts; stops and archives the others, closes their pull requests and exits with 1 if it cannot",
    )
    .argument("<session>", "session ID of the attempt to keep")
    .action(runs(keep));
}

async function keep(cli: Cli, id: string): Promise<Outcome> {
  const client = cli.client();
  await client.session.keep(id);
  const group = await waitForOthers(client, id);
  await print(cli, async () => group);
  if (group.attempts.some(({ state, problem }) => state === "ending" && problem === null))
    cli.terminal.note("The server continues to end the other attempts.");
  return group.attempts.some(({ problem }) => problem !== null) ? 1 : 0;
}

/** Interval and number of the requests that wait for the others to end. A running turn stops within seconds. */
const everyMs = 500;
const maxRequests = 60;

/** Returns the attempts when all others have ended, or one of them has a problem, or after half a minute. */
async function waitForOthers(client: Tembo, id: string): Promise<SessionAttempts> {
  for (let request = 1; ; request++) {
    const answer = await client.session.attempts(id);
    const isDone = answer.attempts.every(({ state, problem }) => state !== "ending" || problem !== null);
    if (isDone || request === maxRequests) return answer;
    await pause(everyMs);
  }
}

async function print(cli: Cli, read: () => Promise<SessionAttempts>): Promise<Outcome> {
  const [group, names] = await withNames(cli, read(), ({ attempts }) => attempts.map(({ agent }) => agent));
  return answer(cli, group, () => {
    printTable(
      cli.terminal,
      ["ATTEMPT", "ID", "AGENT", "STATUS", "STATE"],
      group.attempts.map(({ number, sessionId, agent, status, state }) => [
        `${number} of ${group.count}`,
        sessionId,
        { text: names.agent(agent), raw: agent },
        statusCell(status),
        state,
      ]),
    );
    for (const { number, problem } of group.attempts)
      if (problem !== null) cli.terminal.note(`Attempt ${number}: ${problem}`);
  });
}
