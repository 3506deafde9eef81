import { AppError, newId } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { findRunningSandbox, type SandboxAbsence } from "../warm-sandbox/find-running-sandbox.ts";
import { writeWorkspaceFile } from "./write-file.ts";

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
  const sha256 = await writeWorkspaceFile(warm.sandbox, { path, sha256: save.sha256, bytes });
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
  return { sha256 };
}
