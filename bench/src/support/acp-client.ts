import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

const EXIT_LIMIT_MS = 5_000;

/**
 * Minimal client that drives a harness over ACP (agentclientprotocol.com). The client sends requests and approves every
 * permission request.
 */
export class AcpClient {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  readonly #onUpdate: (kind: string) => void;
  #lastId = 0;

  constructor(
    argv: readonly [string, ...string[]],
    {
      onUpdate = () => {},
      ...options
    }: {
      readonly cwd: string;
      readonly env: NodeJS.ProcessEnv;
      /** Receives the kind of each update of a conversation. */
      readonly onUpdate?: ((kind: string) => void) | undefined;
    },
  ) {
    this.#onUpdate = onUpdate;
    this.#child = spawn(argv[0], argv.slice(1), { ...options, stdio: ["pipe", "pipe", "ignore"] });
    this.#ended = once(this.#child, "exit").then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The harness ended early."));
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#receive(line));
  }

  request<T>(method: string, params: object): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  /**
   * Closes the harness's input and waits for the harness to exit. Kills the harness if it does not exit within five
   * seconds.
   */
  async close(): Promise<void> {
    const killing = setTimeout(() => this.#child.kill("SIGKILL"), EXIT_LIMIT_MS);
    this.#child.stdin.end();
    await this.#ended;
    clearTimeout(killing);
  }

  #receive(line: string): void {
    const message = JSON.parse(line) as {
      id?: number;
      method?: string;
      params?: { options?: { optionId: string; kind: string }[]; update?: { sessionUpdate: string } };
      result?: never;
      error?: { message: string };
    };
    if (message.method !== undefined) {
      const kind = message.params?.update?.sessionUpdate;
      if (kind !== undefined) this.#onUpdate(kind);
      if (message.id === undefined) return;
      const option = message.params?.options?.find(({ kind }) => kind.startsWith("allow"));
      const outcome = { outcome: "selected", optionId: option?.optionId };
      this.#send({ id: message.id, result: { outcome } });
      return;
    }
    const waiting = this.#waiting.get(message.id!);
    this.#waiting.delete(message.id!);
    if (message.error !== undefined) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result!);
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }
}
