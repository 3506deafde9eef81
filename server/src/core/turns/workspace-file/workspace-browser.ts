import { createHash } from "node:crypto";
import { maxWorkspaceFileBytes, maxWorkspaceFolderEntries } from "@tembo/contract";
import { KeyedMutex } from "../../../runtime/keyed-mutex.ts";
import { AppError, paths } from "../../base/index.ts";
import type { EntryKind, FolderEntry, OpenedFile } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { hasNewestFiles } from "../turn/saved-workspace/has-newest-files.ts";
import { choosePage, type FolderPosition } from "./choose-page.ts";
import { parseWorkspacePath } from "./parse-path.ts";
import { type FileSave, saveWorkspaceFile } from "./save-file.ts";

/** Maximum number of requests per session that run or wait. A panel sends one for each open folder. */
const maxWaiting = 16;

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
 * a time, so that one session cannot occupy the server's threads for files.
 */
export class WorkspaceBrowser {
  readonly #ports: BrowserPorts;
  readonly #mutex = new KeyedMutex();
  readonly #waiting = new Map<string, number>();

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
    const listed = await this.#inTurn(sessionId, (root) =>
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
    return this.#inTurn(save.sessionId, () => saveWorkspaceFile(this.#ports, { ...save, path }));
  }

  async #open(sessionId: string, path: string, maxBytes: number): Promise<OpenedFile> {
    const relative = parseWorkspacePath(path);
    const opened = await this.#inTurn(sessionId, (root) =>
      this.#ports.workspaceFiles.openFile(root, relative, maxBytes),
    );
    if (opened === null || typeof opened === "string") throw await this.#unusable(sessionId, path, opened);
    return opened;
  }

  async #inTurn<T>(sessionId: string, work: (root: string) => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(sessionId) ?? 0;
    if (waiting >= maxWaiting)
      throw new AppError(
        "conflict",
        `${maxWaiting} requests already read files of this session. Try again in a moment.`,
      );
    this.#waiting.set(sessionId, waiting + 1);
    try {
      const root = paths.workspace(this.#ports.settings.dataDir, sessionId);
      return await this.#mutex.run(sessionId, async () => {
        // After the session has moved, the folder of its former machine remains for a while.
        if (!(await hasNewestFiles(this.#ports, sessionId))) throw notHere();
        return work(root);
      });
    } finally {
      const left = this.#waiting.get(sessionId)! - 1;
      if (left === 0) this.#waiting.delete(sessionId);
      else this.#waiting.set(sessionId, left);
    }
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
