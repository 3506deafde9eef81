import { Argument } from "commander";
import type { Cli, Outcome, Registry } from "../../../cli.ts";
import { UsageError } from "../../../failure.ts";
import { readPrompt } from "../../../input/prompt.ts";

/** Adds `tembo session permit` and `tembo session answer`, the commands that respond to a waiting agent. */
export function addSessionDecisionCommands(
  session: ReturnType<Registry["program"]["command"]>,
  runs: Registry["runs"],
): void {
  session
    .command("permit")
    .description("answer an agent's permission request")
    .argument("<session>", "session ID")
    .argument("<permission>", "permission ID, shown by session watch")
    .addArgument(new Argument("<decision>", "decision").choices(["allow", "deny"]))
    .option("--comment <text>", "reason for the decision")
    .option("--for-session", "also allow the session's later requests of the same kind")
    .action(runs(permit));
  session
    .command("answer")
    .description("answer an agent's question")
    .argument("<session>", "session ID")
    .argument("<question>", "question ID, shown by session watch")
    .argument("<text>", "one of the choices or any other text, or - for standard input")
    .action(runs(answer));
}

async function permit(
  cli: Cli,
  sessionId: string,
  permissionId: string,
  decision: "allow" | "deny",
  { comment, forSession = false }: { readonly comment?: string; readonly forSession?: boolean },
): Promise<Outcome> {
  if (forSession && decision === "deny")
    throw new UsageError("--for-session cannot be used with deny.", "use allow, or omit --for-session.");
  const body = {
    decision,
    ...(comment !== undefined && { comment }),
    ...(forSession && { scope: "session" as const }),
  };
  const permission = await cli.client().session.permissions.answer(sessionId, permissionId, body);
  if (cli.isJson) cli.terminal.json(permission);
  else
    cli.terminal.line(
      `${decision === "allow" ? "Allowed" : "Denied"}${forSession ? " for this session" : ""}: ${permission.kind} ${permission.title}`,
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
