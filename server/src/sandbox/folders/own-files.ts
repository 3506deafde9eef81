import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AppError, withReason } from "../../core/base/index.ts";
import type { SessionFolders } from "./session-folders.ts";
import type { FileOwner } from "./session-owner.ts";

const execute = promisify(execFile);
const limitMs = 2 * 60_000;

/**
 * Makes a user the owner of all files in hostile folders that no program uses. chown(1) walks by file descriptors and
 * changes links instead of their targets. It keeps only the capabilities to change owners and to read all files. Does
 * nothing if the server is not root, because all files then belong to its user. Throws `sandbox_unavailable` if a file
 * keeps its owner.
 */
export async function ownFiles(
  { workspacePath, homePath }: Pick<SessionFolders, "workspacePath" | "homePath">,
  { uid, gid }: FileOwner,
): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const confinement = ["--bounding-set=-all,+chown,+dac_read_search", "--inh-caps=-all", "--no-new-privs"];
  const change = ["chown", "-R", "-P", "-h", "--", `${uid}:${gid}`, workspacePath, homePath];
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
  try {
    await execute("setpriv", [...confinement, "--", ...change], { cwd: "/", env, timeout: limitMs });
  } catch (cause) {
    const [detail] = String((cause as { readonly stderr?: unknown }).stderr ?? "").split("\n");
    const sentence = withReason(
      "The server could not change the owner of the environment's files",
      detail || cause,
    );
    throw new AppError("sandbox_unavailable", sentence, { cause });
  }
}
