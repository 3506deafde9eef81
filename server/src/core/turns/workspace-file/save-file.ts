import { createHash } from "node:crypto";
import { AppError, newId, withReason } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { findRunningSandbox, type SandboxAbsence } from "../warm-sandbox/find-running-sandbox.ts";

const saveLimitMs = 30_000;
const endOfOutput = 500;

/**
 * Script with the arguments workspace, folder, name and SHA-256 of the content that the person has read. Writes stdin
 * into a new file, which replaces the old one only if that still has this content. Keeps the mode of the file.
 */
const saving = `
cd -P -- "$1" && base=$(pwd -P) || exit 1
cd -P -- "./$2" 2>/dev/null || exit 10
here=$(pwd -P)
if [ "$2" != "" ] && [ "$here" != "$base/$2" ]; then exit 11; fi
if [ -L "./$3" ]; then exit 11; fi
if [ ! -f "./$3" ]; then exit 10; fi
new=$(mktemp ./.tembo-save-XXXXXX) || exit 1
trap 'rm -f -- "$new"' EXIT
cp -p -- "./$3" "$new" && cat > "$new" || exit 1
sum=$(sha256sum < "./$3") || exit 1
if [ "\${sum%% *}" != "$4" ]; then exit 12; fi
mv -f -- "$new" "./$3" || exit 1`;

const refusals: Readonly<Record<number, (path: string) => AppError>> = {
  10: (path) => new AppError("not_found", `${JSON.stringify(path)} was not found in the workspace.`),
  11: (path) =>
    new AppError("conflict", `${JSON.stringify(path)} leads through a link. Save the link's target instead.`),
  12: (path) =>
    new AppError(
      "conflict",
      `${JSON.stringify(path)} has changed since you opened it. Copy your text, open the file again and repeat the change.`,
    ),
};

const absences: Readonly<Record<SandboxAbsence, string>> = {
  paused: "The sandbox is paused while the turn's work is committed. Save again when the turn has ended.",
  elsewhere: "The session's sandbox is not ready. Save again in a few seconds.",
  stopped:
    "Files can be saved only while the session's sandbox is running. Copy your text, and send a message to start the sandbox.",
};

export interface FileSave {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly userId: string;
  /** Checked path of the file in the workspace. */
  readonly path: string;
  readonly content: string;
  /** SHA-256 of the content that the person has read. */
  readonly sha256: string;
}

type SavePorts = Pick<TurnsPorts, "store" | "warmSandboxes">;

/**
 * Replaces the content of a text file, and records the change as an event and in the audit log. A program inside the
 * sandbox writes the file, so that the change has the agent's rights and limits. Throws `not_found` if the file is
 * missing, and `conflict` if no sandbox is running here, the path leads through a link or the file has changed.
 */
export async function saveWorkspaceFile(ports: SavePorts, save: FileSave): Promise<{ sha256: string }> {
  const { organizationId, sessionId, userId, path } = save;
  const { store } = ports;
  const warm = await findRunningSandbox(ports, sessionId);
  if (typeof warm === "string") throw new AppError("conflict", absences[warm]);
  // Only the next turn saves what the person changes.
  await store.savedWorkspaces.noteChanges(sessionId);
  const bytes = Buffer.from(save.content);
  await writeInside(warm.sandbox, save, bytes);
  const data = { type: "workspaceFile.saved", path, userId, sizeBytes: bytes.byteLength } as const;
  await store.transaction(async (tx) => {
    await tx.events.append(sessionId, null, [{ key: `workspaceFile:${newId()}`, messageId: null, data }]);
    await tx.audit.record({
      organizationId,
      action: "workspaceFile.saved",
      object: { kind: "session", id: sessionId, name: null },
      details: { path },
    });
  });
  return { sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function writeInside(
  sandbox: Pick<Sandbox, "spawn" | "workspacePath">,
  { path, sha256 }: FileSave,
  bytes: Buffer,
): Promise<void> {
  const end = path.lastIndexOf("/");
  const place = [end < 0 ? "" : path.slice(0, end), path.slice(end + 1)];
  const cwd = sandbox.workspacePath;
  const signal = AbortSignal.timeout(saveLimitMs);
  const argv = ["/bin/sh", "-c", saving, "sh", cwd, ...place, sha256] as const;
  const program = sandbox.spawn({ argv, cwd, env: {} }, signal);
  let output = "";
  program.stdout.resume();
  program.stderr.on("data", (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-endOfOutput);
  });
  // A program that exits before it reads all input closes its stdin. Its exit code explains more than this error.
  program.stdin.on("error", () => {});
  program.stdin.end(bytes);
  const { code } = await program.exited;
  if (code === 0) return;
  const refusal = code === null ? undefined : refusals[code];
  if (refusal !== undefined) throw refusal(path);
  const why = signal.aborted
    ? `it took longer than ${saveLimitMs / 1000} seconds`
    : output.trim() || "the sandbox stopped the program";
  throw new AppError("conflict", withReason(`${JSON.stringify(path)} could not be saved`, why));
}
