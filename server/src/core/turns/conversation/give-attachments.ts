import { AppError, withReason } from "../../base/index.ts";
import { type Attachment, isPicture, type Message, readAttachment } from "../../sessions/index.ts";
import type { PromptBlock } from "../harness/harness.ts";
import { feedProgram } from "../sandbox/feed-program.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { agentOf, type TurnContext } from "../turn/turn-context.ts";

/**
 * Maximum size of an image. Models accept images of up to 5 MB in base64, which is a third larger than the raw bytes.
 */
const maxPictureBytes = 3_750_000;
const writeLimitMs = 60_000;

/**
 * Writes a message's attachments to the sandbox's HOME, outside every repository, and returns the blocks that link to
 * them. If the harness accepts images, also returns each image of up to 3.75 MB as a block. Repeating the call writes
 * the same files again. Throws `not_found` if an attachment's bytes no longer exist, or `harness_failed` if a file
 * cannot be written.
 */
export async function giveAttachments(
  context: TurnContext,
  sandbox: Sandbox,
  { attachments }: Pick<Message, "attachments">,
): Promise<PromptBlock[]> {
  const { ports } = context;
  const takesImages = ports.harnesses.list().find(({ name }) => name === agentOf(context).harness)
    ?.capabilities.takesImages;
  const blocks: PromptBlock[] = [];
  for (const attachment of attachments) {
    const bytes = await readAttachment(ports, attachment);
    const root = `${sandbox.homePath}/attachments`;
    await writeInside(sandbox, root, attachment, bytes);
    const path = `${root}/${attachment.id}/${attachment.name}`;
    blocks.push({ type: "resourceLink", path, name: attachment.name });
    if (takesImages === true && isPicture(attachment.mediaType) && bytes.byteLength <= maxPictureBytes) {
      blocks.push({ type: "image", mediaType: attachment.mediaType, base64: bytes.toString("base64") });
    }
  }
  return blocks;
}

/**
 * Script with the arguments root, ID and name. Replaces any part of the path that is not a folder, such as a link into
 * a repository.
 */
const writing = `
for folder in "$1" "$1/$2"; do
  if [ -L "$folder" ] || [ ! -d "$folder" ]; then rm -rf -- "$folder" && mkdir -- "$folder" || exit 1; fi
done
rm -rf -- "$1/$2/$3" && cat > "$1/$2/$3"`;

/**
 * Writes the file with a program inside the sandbox, so that a link in HOME cannot redirect the write to a file outside
 * the sandbox.
 */
async function writeInside(
  sandbox: Sandbox,
  root: string,
  { id, name }: Pick<Attachment, "id" | "name">,
  bytes: Buffer,
): Promise<void> {
  const argv = ["/bin/sh", "-c", writing, "sh", root, id, name] as const;
  const command = { argv, cwd: sandbox.homePath, env: {} };
  const { code, why } = await feedProgram(sandbox, command, { input: bytes, limitMs: writeLimitMs });
  if (code === 0) return;
  throw new AppError(
    "harness_failed",
    withReason(`The attachment "${name}" could not be copied into the sandbox`, why),
  );
}
