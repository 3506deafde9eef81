import { posix } from "node:path";
import { AppError } from "../../base/index.ts";
import { workingDirectory } from "../turn/working-directory.ts";
import type { ToolCall } from "./tool-call.ts";

const MAX_BYTES = 5 * 1024 * 1024;

/**
 * Returns the file for a call, as base64. Uses the content sent with the call if present. Otherwise reads the file at
 * the path that the call specifies. The path must be in the workspace or HOME, because no other folder of a sandbox can
 * be read from outside. Throws `invalid_input` if the path is elsewhere, or if the file is missing or too large.
 */
export async function fileOfCall(
  { context, sandbox }: ToolCall,
  path: string,
  contentBase64: unknown,
): Promise<string> {
  if (typeof contentBase64 === "string") return contentBase64;
  const asked = posix.resolve(workingDirectory(context, sandbox), path);
  if ([sandbox.workspacePath, sandbox.homePath].some((folder) => asked.startsWith(`${folder}/`))) {
    const bytes = await sandbox.readFile(asked, MAX_BYTES);
    if (bytes === null) throw new AppError("invalid_input", `File ${asked} was not found.`);
    return bytes.toString("base64");
  }
  throw new AppError(
    "invalid_input",
    `${asked} is neither in the workspace (${sandbox.workspacePath}) nor in HOME. Copy it there, or run "tembo upload-file ${path}".`,
  );
}
