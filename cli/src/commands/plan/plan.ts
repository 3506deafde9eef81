import type { Plan } from "@tembo-io/sdk";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { readPrompt } from "../../input/prompt.ts";
import { waitForTurn } from "../session/watch/wait.ts";

interface ApproveOptions {
  readonly agent?: string;
  readonly file?: string;
  readonly plan?: string;
  readonly wait?: boolean;
}

/** `tembo plan show|approve|edit|reject`: the plan that a session made. */
export function addPlanCommands({ program, runs }: Registry): void {
  const plan = program.command("plan").description("read, change and decide what a session planned");
  plan
    .command("show")
    .description("show the newest plan of a session")
    .argument("<session>", "its id, as in the list")
    .action(runs(show));
  plan
    .command("approve")
    .description("have it carried out")
    .argument("<session>", "its id, as in the list")
    .option("--agent <harness:model>", "harness:model that carries it out")
    .option("--file <file>", "file with the edited plan, or - for standard input")
    .option("--plan <id>", "the plan that was read; with a newer one it is refused")
    .option("--wait", "wait for the end; exit code 1 when it failed or was cancelled")
    .action(runs(approve));
  plan
    .command("edit")
    .description("edit the plan")
    .argument("<session>", "its id, as in the list")
    .argument("[text]", "the plan; - reads it from standard input")
    .option("--file <file>", "read it from a file; - for standard input")
    .action(runs(edit));
  plan
    .command("reject")
    .description("send it back; the session makes another")
    .argument("<session>", "its id, as in the list")
    .argument("<comment>", "what is wrong with it; - reads it from standard input")
    .option("--wait", "wait for the end of its turn; exit code 1 when it failed or was cancelled")
    .action(runs(reject));
}

async function show(cli: Cli, sessionId: string): Promise<Outcome> {
  print(cli, await cli.client().session.plan.retrieve(sessionId));
  return 0;
}

async function approve(
  cli: Cli,
  sessionId: string,
  { agent, file, plan: artifactId, wait }: ApproveOptions,
): Promise<Outcome> {
  const content =
    file === undefined ? undefined : await readPrompt(cli, undefined, { file, option: "--file" });
  const { plan: plans } = cli.client().session;
  const before = await plans.retrieve(sessionId);
  const plan = await plans.approve(sessionId, {
    ...(agent !== undefined && { agent }),
    ...(content !== undefined && { content }),
    ...(artifactId !== undefined && { artifactId }),
  });
  return printDecision(cli, plan, { wait, before, sentence: "The plan is approved and being carried out." });
}

async function edit(
  cli: Cli,
  sessionId: string,
  text: string | undefined,
  { file }: { readonly file?: string },
): Promise<Outcome> {
  if (text === undefined && file === undefined)
    throw new CommandError("There is no plan to set.", "give it as an argument, or with --file.");
  const content = await readPrompt(cli, text, { file, option: "--file" });
  print(cli, await cli.client().session.plan.update(sessionId, { content }));
  return 0;
}

async function reject(
  cli: Cli,
  sessionId: string,
  comment: string,
  { wait }: { readonly wait?: boolean },
): Promise<Outcome> {
  const words = await readPrompt(cli, comment);
  const { plan: plans } = cli.client().session;
  const before = await plans.retrieve(sessionId);
  const plan = await plans.reject(sessionId, { comment: words });
  return printDecision(cli, plan, { wait, before, sentence: "The plan was sent back; another follows." });
}

interface Decision {
  readonly wait: boolean | undefined;
  /** The session's plan before the command. */
  readonly before: Plan;
  readonly sentence: string;
}

async function printDecision(cli: Cli, plan: Plan, { wait, before, sentence }: Decision): Promise<Outcome> {
  // The server returns the first response again for a repeated decision.
  const isRepeated = before.artifactId === plan.artifactId && before.state === plan.state;
  const repeated = `The plan was ${plan.state} already, at ${before.decidedAt}. This command changed nothing.`;
  if (isRepeated && wait && !cli.isJson) cli.terminal.note(repeated);
  if (wait && plan.messageId !== null) {
    const of = { sessionId: plan.sessionId, messageId: plan.messageId, isWatched: false };
    return waitForTurn(cli, cli.client(), of);
  }
  if (cli.isJson) cli.terminal.json(plan);
  else {
    cli.terminal.line(isRepeated ? repeated : sentence);
    cli.terminal.hint(`tembo session watch ${plan.sessionId}`);
  }
  return 0;
}

function print(cli: Cli, plan: Plan): void {
  if (cli.isJson) {
    cli.terminal.json(plan);
    return;
  }
  cli.terminal.line(`${plan.title} (${plan.state}, ${plan.artifactId})`);
  if (plan.comment !== null) cli.terminal.line(`Rejected: ${plan.comment}`);
  cli.terminal.line("");
  for (const line of plan.content.split("\n")) cli.terminal.line(line);
  if (plan.state === "proposed") cli.terminal.hint(`tembo plan approve|edit|reject ${plan.sessionId}`);
}
