import type { PromptBlock } from "../harness/harness.ts";
import type { TurnContext } from "../turn/turn-context.ts";

/** Maximum number of files that a prompt names. */
const maxNamed = 50;

/** Returns a block that names the files that people have saved since the session's previous turn with a prompt. */
export async function savedFilesBlocks({
  ports,
  session,
  message,
}: Pick<TurnContext, "ports" | "session" | "message">): Promise<PromptBlock[]> {
  const paths = await ports.store.events.savedFiles(session.id, message.id, maxNamed + 1);
  return paths.length === 0 ? [] : [{ type: "text", text: describeSavedFiles(paths) }];
}

/** Describes the files to the agent. The names are JSON, because a name can contain line breaks. Pure. */
export function describeSavedFiles(paths: readonly string[]): string {
  const names = paths.slice(0, maxNamed).map((path) => `- ${JSON.stringify(path)}`);
  const more = paths.length > maxNamed ? ["- and more"] : [];
  return [
    "A person has edited these files of the workspace by hand. Keep these changes, and read a file again before you change it:",
    ...names,
    ...more,
  ].join("\n");
}
