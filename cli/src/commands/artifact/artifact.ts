import { open } from "node:fs/promises";
import { basename } from "node:path";
import { type ArtifactWithContent, maxAttachmentBytes } from "@tembo-io/sdk";
import { Option } from "commander";
import { answer, answerPart, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { bytes as size } from "../../format.ts";
import { confirm } from "../../input/confirm.ts";
import { uploadFiles } from "../../input/upload-files.ts";
import { addPaging, type Paging } from "../../paging.ts";
import { withReason } from "../../sentence.ts";
import { printFields } from "../../table.ts";

const types = ["PullRequest", "ToolCall", "Plan", "Response", "File", "Service", "Source"] as const;

interface ListOptions extends Paging {
  readonly session?: string;
  readonly type?: (typeof types)[number];
}

export function addArtifactCommands({ program, runs }: Registry): void {
  const artifact = program
    .command("artifact")
    .description("manage artifacts: files, plans and other results of sessions");
  const listed = artifact
    .command("list")
    .description("list artifacts, newest first")
    .option("--session <session>", "only artifacts of this session, by ID")
    .addOption(new Option("--type <type>", "only artifacts of this type").choices(types));
  addPaging(listed).action(runs(list));
  artifact
    .command("show")
    .description("show an artifact and its content")
    .argument("<artifact>", "artifact ID")
    .action(runs(show));
  artifact
    .command("download")
    .description("save an artifact to a new file")
    .argument("<artifact>", "artifact ID")
    .option("--to <file>", "target file, or - for standard output (default: the artifact's file name)")
    .option("--force", "overwrite an existing file")
    .action(runs(download));
  artifact
    .command("create")
    .description("add a file to a session's artifacts")
    .argument("<session>", "session ID")
    .argument("<file>", `file to upload, at most ${size(maxAttachmentBytes)}`)
    .option("--title <text>", "title (default: the file's name)")
    .action(runs(create));
  artifact
    .command("delete")
    .description("delete an artifact")
    .argument("<artifact>", "artifact ID")
    .action(runs(remove));
}

function list(cli: Cli, { session: sessionId, type, ...paging }: ListOptions): Promise<Outcome> {
  const client = cli.client();
  const which = { sessionId, ...(type !== undefined && { types: [type] }) };
  return answerPart(
    cli,
    (cursor, limit) => client.artifacts.list({ ...which, cursor, limit }),
    {
      ID: ({ id }) => id,
      TYPE: ({ type: kind }) => kind,
      SIZE: ({ sizeBytes }) => (sizeBytes === null ? "-" : sizeCell(sizeBytes)),
      CREATED: ({ createdAt }) => createdAt,
      TITLE: ({ title }) => title,
    },
    paging,
  );
}

async function show(cli: Cli, artifactId: string): Promise<Outcome> {
  const artifact = await cli.client().artifacts.retrieve(artifactId);
  return answer(cli, artifact, () => {
    printFields(cli.terminal, [
      ["ID", artifact.id],
      ["title", artifact.title],
      ["type", artifact.type],
      ["session", artifact.sessionId],
      ["file", artifact.fileName],
      ["size", artifact.sizeBytes === null ? null : sizeCell(artifact.sizeBytes)],
      ["service", artifact.serviceUrl],
      ["source", artifact.sourceUrl],
      ["created", artifact.createdAt],
    ]);
    if (artifact.content !== "") {
      cli.terminal.line("");
      for (const line of artifact.content.trimEnd().split("\n")) cli.terminal.line(line);
    }
    if (artifact.type === "File") suggest(cli, `tembo artifact download ${artifact.id}`);
  });
}

async function download(
  cli: Cli,
  artifactId: string,
  { to, force }: { readonly to?: string; readonly force?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const artifact = await client.artifacts.retrieve(artifactId);
  const bytes =
    artifact.type === "File"
      ? await client.artifacts.file(artifactId)
      : new TextEncoder().encode(artifact.content);
  if (to === "-") {
    cli.terminal.streams.stdout.write(bytes);
    return 0;
  }
  const file = to ?? ownName(artifact);
  await write(file, bytes, force === true);
  return answerSentence(
    cli,
    { id: artifact.id, file, sizeBytes: bytes.length },
    `Wrote ${file} (${size(bytes.length)}).`,
  );
}

async function create(
  cli: Cli,
  sessionId: string,
  file: string,
  { title = basename(file) }: { readonly title?: string },
): Promise<Outcome> {
  const client = cli.client();
  const [assetId] = await uploadFiles(client, [file]);
  const made = await client.artifacts.create({
    sessionId,
    title,
    output: { type: "asset", assetId: assetId! },
  });
  return answer(cli, made, () => cli.terminal.line(made.id));
}

async function remove(cli: Cli, artifactId: string): Promise<Outcome> {
  await confirm(cli, `This deletes the artifact ${artifactId}.`);
  const deleted = await cli.client().artifacts.delete(artifactId);
  return answerSentence(cli, deleted, `Deleted artifact ${artifactId}.`);
}

const sizeCell = (sizeBytes: number) => ({ text: size(sizeBytes), raw: String(sizeBytes) });

/**
 * Returns the artifact's file name without folders and control characters, or `ID.md` if it has no file name. Throws
 * `CommandError` if the name is empty or begins with a period. The server's file name must not escape the current
 * folder.
 */
function ownName({ id, fileName }: ArtifactWithContent): string {
  const name = basename((fileName ?? "").replaceAll("\\", "/")).replaceAll(/[\x00-\x1f\x7f]/g, "");
  if (fileName === null) return `${id}.md`;
  if (name !== "" && !name.startsWith(".")) return name;
  throw new CommandError(
    `The artifact's file name ${JSON.stringify(fileName)} is empty or begins with a period. Choose a file name.`,
    `tembo artifact download ${id} --to FILE`,
  );
}

async function write(file: string, bytes: Uint8Array, isForced: boolean): Promise<void> {
  try {
    await using handle = await open(file, isForced ? "w" : "wx");
    await handle.writeFile(bytes);
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new CommandError(
      isThere ? `${file} already exists.` : withReason("Could not write the file", cause),
      isThere
        ? "use --force to overwrite it, or --to FILE for another file."
        : "use --to FILE for another file.",
      { cause },
    );
  }
}
