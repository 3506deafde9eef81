import { type PatchFile, parsePatch, type Session, type Tembo } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answer, answerItems, answerList } from "../../../answer.ts";
import type { Cli, Outcome, Registry } from "../../../cli.ts";
import { CommandError, MissingError, UsageError } from "../../../failure.ts";
import { findItem } from "../../../pages.ts";
import { shellWord } from "../../../shell-word.ts";
import { findDiffs, type RepositoryDiff } from "../change/find-diffs.ts";

interface FilesOptions {
  readonly repo?: string;
  readonly attachments?: boolean;
}

export function addFilesCommand(session: Command, runs: Registry["runs"]): void {
  session
    .command("files")
    .description("list the files that a session changed, or print one of them")
    .argument("<session>", "session ID")
    .argument(
      "[path]",
      "path of a file to print, as on the session's branch; with --attachments, also its ID",
    )
    .option("--repo <repository>", "only files in this repository")
    .option("--attachments", "the attachments of messages and the files that the agent uploaded instead")
    .action(runs(files));
}

function files(
  cli: Cli,
  id: string,
  path: string | undefined,
  { repo, attachments }: FilesOptions,
): Promise<Outcome> {
  if (attachments !== true)
    return path === undefined ? listChanged(cli, id, repo) : printChanged(cli, id, path, repo);
  if (repo !== undefined)
    throw new UsageError("Attachments belong to no repository.", "omit --repo or --attachments.");
  return path === undefined ? listAttachments(cli, id) : printAttachment(cli, id, path);
}

interface ChangedFile extends Omit<PatchFile, "lines"> {
  readonly repository: string;
}

async function listChanged(cli: Cli, id: string, repo: string | undefined): Promise<Outcome> {
  const client = cli.client();
  const session = await client.session.retrieve(id);
  const found = await findDiffs(client, session, repo);
  const items = found.flatMap(changedFiles);
  const outcome = answerItems(cli, items, {
    STATUS: ({ kind }) => kind,
    ADDED: ({ isBinary, additions }) => (isBinary ? "-" : String(additions)),
    DELETED: ({ isBinary, deletions }) => (isBinary ? "-" : String(deletions)),
    REPOSITORY: ({ repository }) => repository,
    PATH: ({ path }) => path,
  });
  const incomplete = repositoriesOfIncomplete(found);
  if (incomplete !== "")
    cli.terminal.note(
      `The list may lack files of ${incomplete}, because the patch is incomplete. See "tembo session diff ${id}".`,
    );
  return outcome;
}

/** Returns the names of the repositories whose patch does not contain all changed files. */
function repositoriesOfIncomplete(found: readonly RepositoryDiff[]): string {
  return found
    .filter(({ isComplete }) => !isComplete)
    .map(({ repository }) => repository)
    .join(", ");
}

function changedFiles({ repository, patch }: RepositoryDiff): ChangedFile[] {
  return parsePatch(patch).map(({ lines, ...file }) => ({ repository, ...file }));
}

/** Prints a changed file as it is on the session's branch, which the server reads from its copy of the repository. */
async function printChanged(cli: Cli, id: string, path: string, repo: string | undefined): Promise<Outcome> {
  const client = cli.client();
  const session = await client.session.retrieve(id);
  const { repository, diff } = choose(session, await findDiffs(client, session, repo), path);
  const ref = diff.branch ?? diff.headSha;
  if (diff.codeRepositoryId === null || ref === null)
    throw new CommandError(
      `The changes in ${repository} are not on a branch yet.`,
      `tembo session diff ${session.id}`,
      { code: "conflict" },
    );
  const file = await client.repositories.file(diff.codeRepositoryId, { ref, path });
  if (file.content === null && !cli.isJson)
    throw new CommandError(
      file.leftOut === "tooLarge" ? `${path} is larger than 1 MiB.` : `${path} is not a text file.`,
      `git fetch origin ${shellWord(ref)} && git show FETCH_HEAD:${shellWord(path)}`,
    );
  return answer(cli, { repository, ...file }, () => cli.terminal.raw(file.content ?? ""));
}

function choose(session: Session, found: readonly RepositoryDiff[], path: string): RepositoryDiff {
  const [first, ...others] = found.filter((one) => changedFiles(one).some((file) => file.path === path));
  if (first === undefined) {
    const incomplete = repositoriesOfIncomplete(found);
    throw incomplete === ""
      ? new MissingError(
          `The session changed no file ${JSON.stringify(path)}.`,
          `tembo session files ${session.id}`,
        )
      : new CommandError(
          `The file ${JSON.stringify(path)} is not in the patch, and the patch for ${incomplete} is incomplete.`,
          `tembo session diff ${session.id}`,
        );
  }
  if (others.length === 0) return first;
  throw new UsageError(
    `The session changed ${path} in several repositories.`,
    `tembo session files ${session.id} ${shellWord(path)} --repo ${shellWord(first.repository)}`,
  );
}

function listAttachments(cli: Cli, id: string): Promise<Outcome> {
  const { files: attachments } = cli.client().session;
  return answerList(cli, (cursor) => attachments.list(id, { cursor, limit: 100 }), {
    ID: ({ id: fileId }) => fileId,
    CREATED: ({ createdAt }) => createdAt,
    PATH: ({ path }) => path,
  });
}

async function printAttachment(cli: Cli, id: string, named: string): Promise<Outcome> {
  const client = cli.client();
  const file = await client.session.files.retrieve(id, await attachmentId(client, id, named));
  return answer(cli, file, () => {
    const [, base64] = /^data:[^,]*;base64,(.*)$/s.exec(file.content) ?? [];
    if (base64 === undefined) return cli.terminal.raw(file.content);
    if (cli.terminal.isInteractive)
      throw new CommandError(
        `${file.path} is not a text file.`,
        `tembo session files ${id} ${file.id} --attachments > FILE`,
      );
    cli.terminal.streams.stdout.write(Buffer.from(base64, "base64"));
  });
}

/** Returns the ID of the newest attachment with this ID or path. */
async function attachmentId(client: Tembo, id: string, named: string): Promise<string> {
  const file = await findItem(
    (cursor, limit) => client.session.files.list(id, { cursor, limit }),
    (one) => one.id === named || one.path === named,
  );
  if (file !== undefined) return file.id;
  throw new MissingError(
    `The session has no attachment ${JSON.stringify(named)}.`,
    `tembo session files ${id} --attachments`,
  );
}
