import type { Command } from "commander";
import { answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readPrompt } from "../../input/prompt.ts";
import { wholeNumber } from "../../options.ts";
import { getPullRequestId, which } from "./find-pull-request.ts";

interface CommentOptions {
  readonly body?: string;
  readonly bodyFile?: string;
  readonly path?: string;
  readonly line?: number;
  readonly replyTo?: string;
}

export function addCommentCommand(pullRequest: Command, runs: Registry["runs"]): void {
  pullRequest
    .command("comment")
    .description("comment on a pull request of the built-in forge, or on a line of it")
    .argument("<pull-request>", which)
    .option("--body <text>", "text of the comment, or - for standard input")
    .option("--body-file <file>", "file with the text, or - for standard input")
    .option("--path <path>", "comment on this changed file")
    .option("--line <number>", "comment on this line of --path, in the new version", wholeNumber)
    .option("--reply-to <comment>", 'ID of a comment on a line, from "tembo pr show --comments"')
    .action(runs(comment));
}

async function comment(cli: Cli, named: string, options: CommentOptions): Promise<Outcome> {
  const { body, bodyFile, path, line, replyTo } = options;
  if (line !== undefined && path === undefined)
    throw new UsageError("--line requires --path.", "add --path, or omit --line.");
  if (path !== undefined && replyTo !== undefined)
    throw new UsageError("A reply has the place of its comment.", "omit --path and --line, or --reply-to.");
  const text = await readPrompt(cli, body, { file: bodyFile, option: "--body-file" });
  const client = cli.client();
  const made = await client.pullRequests.comments.create(await getPullRequestId(client, named), {
    body: text,
    ...(path !== undefined && { place: { path, line: line ?? null } }),
    ...(replyTo !== undefined && { replyTo }),
  });
  return answerSentence(cli, made, `Added comment ${made.id}: ${made.url}`);
}
