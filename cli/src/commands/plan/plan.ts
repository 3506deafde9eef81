import type { Plan } from "@tembo-io/sdk";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readPrompt } from "../../input/prompt.ts";
import { waitForTurn } from "../session/watch/wait.ts";

interface ApproveOptions {
  readonly agent?: string;
  readonly file?: string;
  readonly plan?: string;
  readonly wait?: boolean;
}

export function addPlanCommands({ program, runs }: Registry): void {
  const plan = program.command("plan").description("show, edit, approve or reject a session's plan");
  plan
    .command("show")
    .description("show a session's newest plan")
    .argument("<session>", "session ID")
    .action(runs(show));
  plan
    .command("approve")
    .description("approve the plan, and start the work")
    .argument("<session>", "session ID")
    .option("--agent <harness:model>", 'harness and model for the work; "tembo harness list" lists them')
    .option("--file <file>", "file with the edited plan, or - for standard input")
    .option("--plan <id>", "ID of the plan that you read; fails if a newer plan exists")
    .option("--wait", "wait for the turn to finish; exits with 1 on failure or cancellation")
    .action(runs(approve));
  plan
    .command("edit")
    .description("edit the plan")
    .argument("<session>", "session ID")
    .argument("[text]", "new plan, or - for standard input")
    .option("--file <file>", "file with the plan, or - for standard input")
    .action(runs(edit));
  plan
    .command("reject")
    .description("reject the plan with a comment; the session proposes a new plan")
    .argument("<session>", "session ID")
    .argument("<comment>", "requested changes, or - for standard input")
    .option("--wait", "wait for the turn to finish; exits with 1 on failure or cancellation")
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
  return printDecision(cli, plan, {
    wait,
    before,
    sentence: "Approved the plan. The session is working on it.",
  });
}

async function edit(
  cli: Cli,
  sessionId: string,
  text: string | undefined,
  { file }: { readonly file?: string },
): Promise<Outcome> {
  if (text === undefined && file === undefined)
    throw new UsageError("The plan text is missing.", "pass it as an argument, or with --file.");
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
  return printDecision(cli, plan, {
    wait,
    before,
    sentence: "Rejected the plan. The session will propose a new plan.",
  });
}

interface Decision {
  readonly wait: boolean | undefined;
  /** The session's plan before the command's request. */
  readonly before: Plan;
  readonly sentence: string;
}

async function printDecision(cli: Cli, plan: Plan, { wait, before, sentence }: Decision): Promise<Outcome> {
  // The server returns the first response again for a repeated decision.
  const isRepeated = before.artifactId === plan.artifactId && before.state === plan.state;
  const repeated = `The plan was already ${plan.state}${before.decidedAt === null ? "" : ` on ${cli.terminal.moment(before.decidedAt)}`}. Nothing was changed.`;
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
