import { Argument } from "commander";
import type { Cli, Outcome, Registry } from "../../../cli.ts";
import { readPrompt } from "../../../input/prompt.ts";

/** `tembo session permit|answer`: decisions that an agent waits for. */
export function addSessionDecisionCommands(
  session: ReturnType<Registry["program"]["command"]>,
  runs: Registry["runs"],
): void {
  session
    .command("permit")
    .description("allow or deny what an agent asks for")
    .argument("<session>", "of the session")
    .argument("<permission>", "its id, as session watch shows it")
    .addArgument(new Argument("<decision>", "answer for the agent").choices(["allow", "deny"]))
    .option("--comment <text>", "why; kept beside the decision")
    .action(runs(permit));
  session
    .command("answer")
    .description("answer a question of an agent")
    .argument("<session>", "of the session")
    .argument("<question>", "its id, as session watch shows it")
    .argument("<text>", "the answer; - reads it from standard input")
    .action(runs(answer));
}

async function permit(
  cli: Cli,
  sessionId: string,
  permissionId: string,
  decision: "allow" | "deny",
  { comment }: { readonly comment?: string },
): Promise<Outcome> {
  const body = { decision, ...(comment !== undefined && { comment }) };
  const permission = await cli.client().session.permissions.answer(sessionId, permissionId, body);
  if (cli.isJson) cli.terminal.json(permission);
  else
    cli.terminal.line(
      `${decision === "allow" ? "Allowed" : "Denied"}: ${permission.kind} ${permission.title}`,
    );
  return 0;
}

async function answer(cli: Cli, sessionId: string, questionId: string, text: string): Promise<Outcome> {
  const words = await readPrompt(cli, text);
  const question = await cli.client().session.questions.answer(sessionId, questionId, words);
  if (cli.isJson) cli.terminal.json(question);
  else cli.terminal.line("Answered.");
  return 0;
}
