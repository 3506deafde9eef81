import type { Sandbox, SandboxFolder, SandboxProvider, SandboxSpec } from "../../../core/turns/index.ts";
import { sessionFolders } from "../../folders/session-folders.ts";
import { type Changes, compareFolders, joinPaths, listFolder, type Manifest } from "./changes.ts";

const never = new AbortController().signal;

const folders: readonly SandboxFolder[] = ["workspace", "home"];

/**
 * Stores a session's files on the server's machine while a remote sandbox uses a copy. Local sandboxes create and unpack the archives,
 * because an agent's data is as hostile as a program's files.
 */
export class SessionFileStore {
  readonly #local: SandboxProvider;
  readonly #dataDir: string;
  readonly #spec: SandboxSpec;

  constructor(local: SandboxProvider, dataDir: string, spec: SandboxSpec) {
    this.#local = local;
    this.#dataDir = dataDir;
    this.#spec = {
      ...spec,
      isWorkspaceReadOnly: false,
      readOnlyPaths: [],
      gitRoutes: [],
      trustedCertificate: null,
      system: null,
    };
  }

  /** Passes each folder to `send` as an archive. */
  async giveAll(
    send: (folder: SandboxFolder, archive: AsyncIterable<Buffer>) => Promise<void>,
  ): Promise<void> {
    await this.#within(async (sandbox) => {
      for (const folder of folders) await send(folder, sandbox.exportFolder(folder, never));
    });
  }

  /** Replaces the contents of each folder with the contents of an archive. */
  async takeAll(
    receive: (
      folder: SandboxFolder,
      take: (archive: AsyncIterable<Buffer>) => Promise<void>,
    ) => Promise<void>,
  ): Promise<void> {
    await this.#within(async (sandbox) => {
      for (const folder of folders)
        await receive(folder, (archive) => sandbox.importFolder(folder, archive, never));
    });
  }

  list(): ReadonlyMap<SandboxFolder, Manifest> {
    return new Map(folders.map((folder) => [folder, listFolder(this.#hostPath(folder))]));
  }

  /** Passes the changes in each folder since its listing `since` to `send`. */
  async giveChanges(
    since: ReadonlyMap<SandboxFolder, Manifest>,
    send: (folder: SandboxFolder, removed: Buffer, archive: AsyncIterable<Buffer>) => Promise<void>,
  ): Promise<void> {
    const found: [SandboxFolder, Changes][] = folders.map((folder) => [
      folder,
      compareFolders(since.get(folder)!, listFolder(this.#hostPath(folder))),
    ]);
    const real = found.filter(([, { removed, changed }]) => removed.length + changed.length > 0);
    if (real.length === 0) return;
    await this.#within(async (sandbox) => {
      for (const [folder, { removed, changed }] of real)
        await send(folder, joinPaths(removed), pack(sandbox, folder, joinPaths(changed)));
    });
  }

  #hostPath(folder: SandboxFolder): string {
    const { workspacePath, homePath } = sessionFolders(this.#dataDir, this.#spec.workspace);
    return folder === "workspace" ? workspacePath : homePath;
  }

  async #within(work: (sandbox: Sandbox) => Promise<void>): Promise<void> {
    const sandbox = await this.#local.create(this.#spec);
    try {
      await work(sandbox);
    } finally {
      await sandbox.stop();
    }
  }
}

async function* pack(sandbox: Sandbox, folder: SandboxFolder, paths: Buffer): AsyncIterable<Buffer> {
  const cwd = folder === "workspace" ? sandbox.workspacePath : sandbox.homePath;
  const flags = ["--create", "--format=posix", "--no-recursion", "--null", "--verbatim-files-from"];
  const tar = sandbox.spawn({ argv: ["tar", ...flags, "--files-from=-"], cwd, env: {} }, never);
  tar.stdin.end(paths);
  tar.stderr.resume();
  yield* tar.stdout as AsyncIterable<Buffer>;
  const { code } = await tar.exited;
  if (code !== 0) throw new Error(`tar exited with ${code}.`);
}
