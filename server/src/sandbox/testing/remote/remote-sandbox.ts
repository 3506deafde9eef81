import { randomUUID } from "node:crypto";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError, reason } from "../../../core/base/index.ts";
import type {
  ForwardedConnection,
  ForwardedSocket,
  ForwardName,
  Omissions,
  Sandbox,
  SandboxCommand,
  SandboxFolder,
  SandboxProcess,
  SandboxSpec,
  SandboxTerminal,
  TerminalSize,
} from "../../../core/turns/index.ts";
import { onAbort, rejectOnAbort } from "../../../runtime/on-abort.ts";
import { endedProcess } from "../../processes/ended-process.ts";
import { openTerminal } from "../../terminal/open-terminal.ts";
import type { AgentConnection } from "./agent-connection.ts";
import type { Manifest } from "./changes.ts";
import type { MultiplexedStream } from "./multiplexed-stream.ts";
import { type Ended, type Started, stderrKey, stdinKey, stdoutKey } from "./protocol.ts";
import type { SessionFileStore } from "./session-file-store.ts";

export interface RemoteSandboxOptions {
  readonly agent: AgentConnection;
  readonly sandboxId: string;
  readonly spec: SandboxSpec;
  readonly started: Started;
  readonly fileStore: SessionFileStore;
}

/** Sandbox on an agent's machine. Implements the port over a single connection. */
export class RemoteSandbox implements Sandbox {
  readonly workspacePath: string;
  readonly homePath: string;
  readonly modelUrl: string;
  readonly tools: Sandbox["tools"];
  readonly #options: RemoteSandboxOptions;
  readonly #agent: AgentConnection;
  readonly #sandboxId: string;
  /** The file store's files at the time of the pause, or null while programs run. */
  #kept: ReadonlyMap<SandboxFolder, Manifest> | null = null;
  #limit: string | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: RemoteSandboxOptions) {
    const { agent, sandboxId, started } = options;
    this.#options = options;
    this.#agent = agent;
    this.#sandboxId = sandboxId;
    this.workspacePath = started.workspacePath;
    this.homePath = started.homePath;
    this.modelUrl = started.modelUrl;
    this.tools = started.tools;
  }

  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    if (this.#stopping !== null)
      throw new AppError("sandbox_unavailable", "The sandbox is stopped. Create it again to run a program.");
    if (signal.aborted) return endedProcess();
    const programId = randomUUID();
    const stdin = this.#agent.openBytes(stdinKey(programId));
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const release = onAbort(signal, () => void this.#agent.call("kill", { programId }).catch(() => {}));
    const exited = this.#agent
      .call("spawn", { sandboxId: this.#sandboxId, programId, command })
      .then(
        (answer) => {
          const { exit, limit } = answer as Ended;
          this.#limit = limit ?? this.#limit;
          return exit;
        },
        (cause: unknown) => {
          stdout.end();
          stderr.end(`${reason(cause)}\n`);
          return { code: null, signal: "SIGKILL" };
        },
      )
      .finally(() => {
        release();
        stdin.destroy();
      });
    for (const [key, output] of [
      [stdoutKey(programId), stdout],
      [stderrKey(programId), stderr],
    ] as const) {
      // If the stream never arrives or is reset, the output ends when the program exits.
      const endLate = () => void exited.then(() => output.end());
      this.#agent.takeBytes(key).then((stream) => {
        stream.pipe(output);
        stream.once("close", () => (stream.readableEnded ? undefined : endLate()));
        output.once("close", () => stream.destroy());
      }, endLate);
    }
    return { stdin, stdout, stderr, exited };
  }

  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal {
    return openTerminal({ sandbox: this }, command, size, signal);
  }

  forward(name: ForwardName): ForwardedSocket {
    return {
      listen: async (onConnection) => {
        const listener = randomUUID();
        this.#agent.listeners.set(listener, onConnection);
        try {
          await this.#agent.call("listen", { sandboxId: this.#sandboxId, name, listener });
        } catch (cause) {
          this.#agent.listeners.delete(listener);
          throw cause;
        }
        return {
          close: async () => {
            this.#agent.listeners.delete(listener);
            if (!this.#agent.isLost) await this.#agent.call("closeListener", { listener });
          },
        };
      },
    };
  }

  async connect(port: number, signal: AbortSignal): Promise<ForwardedConnection> {
    signal.throwIfAborted();
    const key = randomUUID();
    const established = this.#agent
      .call("connect", { sandboxId: this.#sandboxId, port, key })
      .then(() => this.#agent.takeBytes(key));
    try {
      return await rejectOnAbort(established, signal);
    } catch (cause) {
      void established.then((connection) => connection.destroy()).catch(() => {});
      throw cause;
    }
  }

  async readFile(path: string, maxBytes: number): Promise<Buffer | null> {
    const args = { sandboxId: this.#sandboxId, path, maxBytes };
    const base64 = (await this.#agent.call("readFile", args)) as string | null;
    return base64 === null ? null : Buffer.from(base64, "base64");
  }

  async *exportFolder(
    folder: SandboxFolder,
    signal: AbortSignal,
    omissions: Omissions = { paths: [] },
  ): AsyncIterable<Buffer> {
    const key = randomUUID();
    const args = { sandboxId: this.#sandboxId, folder, omissions, key };
    const done = this.#agent.call("exportFolder", args);
    done.catch(() => {});
    // If the export cannot start, the agent opens no stream.
    const stream = await Promise.race([this.#agent.takeBytes(key), done.then(() => null)]);
    using _ = onAbort(signal, () => stream?.destroy());
    try {
      if (stream !== null) yield* stream as AsyncIterable<Buffer>;
    } catch (cause) {
      signal.throwIfAborted();
      await done;
      throw cause;
    }
    await done;
  }

  async importFolder(
    folder: SandboxFolder,
    archive: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<void> {
    const key = randomUUID();
    const done = this.#agent.call("importFolder", { sandboxId: this.#sandboxId, folder, key });
    await sendArchive(this.#agent.openBytes(key), archive, done, signal);
  }

  limitReached(): string | null {
    return this.#limit;
  }

  async pause(): Promise<boolean> {
    const isStill = (await this.#agent.call("pause", { sandboxId: this.#sandboxId })) as boolean;
    if (!isStill || this.#kept !== null) return isStill;
    await this.#fetchFiles();
    this.#kept = this.#options.fileStore.list();
    return true;
  }

  async resume(): Promise<void> {
    const since = this.#kept;
    this.#kept = null;
    if (since !== null && this.#stopping === null) await this.#sendChanges(since);
    if (this.#stopping === null) await this.#agent.call("resume", { sandboxId: this.#sandboxId });
  }

  async memoryBytes(): Promise<number> {
    return (await this.#agent.call("memoryBytes", { sandboxId: this.#sandboxId })) as number;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const sandboxId = this.#sandboxId;
    // If another sandbox was opened in the meantime, that sandbox has the session's files.
    const isCurrent = (await this.#agent.call("stop", { sandboxId })) as boolean;
    if (isCurrent) await this.#fetchFiles();
    await this.#agent.call("close", { sandboxId });
  }

  async #fetchFiles(): Promise<void> {
    const never = new AbortController().signal;
    await this.#options.fileStore.takeAll((folder, take) => take(this.exportFolder(folder, never)));
  }

  async #sendChanges(since: ReadonlyMap<SandboxFolder, Manifest>): Promise<void> {
    const never = new AbortController().signal;
    await this.#options.fileStore.giveChanges(since, async (folder, removed, archive) => {
      const [removedKey, archiveKey] = [randomUUID(), randomUUID()];
      const keys = { removedKey, archiveKey };
      const done = this.#agent.call("applyChanges", { sandboxId: this.#sandboxId, folder, ...keys });
      this.#agent.openBytes(removedKey).end(removed);
      await sendArchive(this.#agent.openBytes(archiveKey), archive, done, never);
    });
  }
}

/** Sends an archive to a call, waits for the call and closes the stream. Throws the archive's error, or the call's error. */
export async function sendArchive(
  stream: MultiplexedStream,
  archive: AsyncIterable<Buffer>,
  done: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  let fault: { readonly cause: unknown } | undefined;
  const watched = async function* () {
    try {
      yield* archive;
    } catch (cause) {
      fault = { cause };
      throw cause;
    }
  };
  const sent = pipeline(watched, stream, { signal }).catch(() => {});
  const ended = await Promise.allSettled([done, Promise.race([sent, done.catch(() => {})])]);
  stream.destroy();
  signal.throwIfAborted();
  if (fault !== undefined) throw fault.cause;
  if (ended[0].status === "rejected") throw ended[0].reason;
}
