import { createHash } from "node:crypto";
import { maxWorkspaceFileBytes, maxWorkspaceFolderEntries } from "@tembo/contract";
import { AppError, paths } from "../../base/index.ts";
import type { EntryKind, FolderEntry, OpenedFile } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { hasNewestFiles } from "../turn/saved-workspace/has-newest-files.ts";
import { choosePage, type FolderPosition } from "./choose-page.ts";
import { parseWorkspacePath } from "./parse-path.ts";
import { type FileSave, saveWorkspaceFile } from "./save-file.ts";
import { SessionQueue } from "./session-queue.ts";

/** Maximum number of reads per session that run or wait. A panel sends one for each open folder. */
const maxReads = 16;
/** Maximum number of saves per session: one that runs and one that waits. */
const maxSaves = 2;

export interface WorkspaceFolder {
  readonly path: string;
  readonly entries: readonly FolderEntry[];
  readonly next: FolderPosition | null;
  readonly isCut: boolean;
}

export interface WorkspaceText {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  readonly sha256: string | null;
  readonly content: string | null;
  readonly leftOut: "binary" | "tooLarge" | null;
}

type BrowserPorts = Pick<TurnsPorts, "workspaceFiles" | "settings" | "store" | "warmSandboxes">;

/**
 * Reads the workspaces that are on this machine, whether or not a sandbox is running. Requests for one session run one at
 * a time, so that one session cannot occupy the server's threads for files. Saves have their own queue, because the agent
 * can stop the program that saves, which must not block reads.
 */
export class WorkspaceBrowser {
  readonly #ports: BrowserPorts;
  readonly #reads = new SessionQueue(maxReads, () => busy(`${maxReads} requests are already reading files`));
  readonly #saves = new SessionQueue(maxSaves, () => busy(`${maxSaves} requests are already saving files`));

  constructor(ports: BrowserPorts) {
    this.#ports = ports;
  }

  /** Lists a folder. Throws `not_found` if it is missing and `conflict` if the workspace is not here. */
  async list(
    sessionId: string,
    path: string,
    page: { readonly after: FolderPosition | null; readonly limit: number },
  ): Promise<WorkspaceFolder> {
    const relative = parseWorkspacePath(path);
    let next: FolderPosition | null = null;
    const listed = await this.#read(sessionId, (root) =>
      this.#ports.workspaceFiles.listFolder(root, relative, {
        maxEntries: maxWorkspaceFolderEntries,
        choose: (found) => {
          const chosen = choosePage(found, page);
          next = chosen.next;
          return chosen.page;
        },
      }),
    );
    if (listed === null && relative === "") throw notHere();
    if (listed === null || typeof listed === "string") throw await this.#unusable(sessionId, path, listed);
    return { path, ...listed, next };
  }

  /** Reads a text file. Throws `not_found` if it is missing and `conflict` if the workspace is not here. */
  async readText(sessionId: string, path: string): Promise<WorkspaceText> {
    const { sizeBytes, modifiedAt, bytes } = await this.#open(sessionId, path, maxWorkspaceFileBytes);
    const about = { path, sizeBytes, modifiedAt };
    if (bytes === null) return { ...about, sha256: null, content: null, leftOut: "tooLarge" };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const content = decodeText(bytes);
    return { ...about, sha256, content, leftOut: content === null ? "binary" : null };
  }

  /** Saves a text file. Throws `invalid_input` if it is too large, and the errors of `saveWorkspaceFile`. */
  async save(save: FileSave): Promise<{ sha256: string }> {
    const path = parseWorkspacePath(save.path);
    if (Buffer.byteLength(save.content) > maxWorkspaceFileBytes)
      throw new AppError("invalid_input", `A file may have at most ${maxWorkspaceFileBytes} bytes.`, {
        field: "content",
      });
    return this.#saves.run(save.sessionId, async () => {
      await this.#requireNewest(save.sessionId);
      return saveWorkspaceFile(this.#ports, { ...save, path });
    });
  }

  async #open(sessionId: string, path: string, maxBytes: number): Promise<OpenedFile> {
    const relative = parseWorkspacePath(path);
    const opened = await this.#read(sessionId, (root) =>
      this.#ports.workspaceFiles.openFile(root, relative, maxBytes),
    );
    if (opened === null || typeof opened === "string") throw await this.#unusable(sessionId, path, opened);
    return opened;
  }

  #read<T>(sessionId: string, read: (root: string) => Promise<T>): Promise<T> {
    return this.#reads.run(sessionId, async () => {
      await this.#requireNewest(sessionId);
      return read(paths.workspace(this.#ports.settings.dataDir, sessionId));
    });
  }

  /** After the session has moved, the folder of its former machine remains for a while. */
  async #requireNewest(sessionId: string): Promise<void> {
    if (!(await hasNewestFiles(this.#ports, sessionId))) throw notHere();
  }

  async #unusable(sessionId: string, path: string, kind: EntryKind | null): Promise<AppError> {
    const { workspaceFiles, settings } = this.#ports;
    if (
      kind === null &&
      !(await workspaceFiles.isFolder(paths.session(settings.dataDir, sessionId), "workspace"))
    )
      return notHere();
    const name = JSON.stringify(path);
    if (kind === null) return new AppError("not_found", `${name} was not found in the workspace.`);
    return new AppError("conflict", `${name} ${kindText[kind]}`);
  }
}

const kindText: Readonly<Record<EntryKind, string>> = {
  file: "is a file. Retrieve it instead of listing it.",
  folder: "is a folder. List it instead.",
  link: "is a link, which Tembo does not follow. Open its target instead.",
  other: "is neither a file nor a folder, so it cannot be read.",
};

const busy = (what: string) => new AppError("conflict", `${what} of this session. Try again in a moment.`);

const notHere = () =>
  new AppError(
    "conflict",
    "The session's workspace is not on this server. Send a message to prepare it. Pushed work is on the session's branch.",
  );

/** Returns the text, or null if the bytes are not UTF-8 text. */
function decodeText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
}
