import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** The least that can drive a harness over ACP (agentclientprotocol.com): requests, and consent to whatever is asked. */
export class AcpClient {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  #lastId = 0;

  constructor(
    argv: readonly [string, ...string[]],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {
    this.#child = spawn(argv[0], argv.slice(1), { ...options, stdio: ["pipe", "pipe", "ignore"] });
    this.#ended = once(this.#child, "exit").then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The harness ended early."));
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#hear(line));
  }

  request<T>(method: string, params: object): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  /** Ends it by the end of its input, and waits until it is gone. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #hear(line: string): void {
    const message = JSON.parse(line) as {
      id?: number;
      method?: string;
      params?: { options?: { optionId: string; kind: string }[] };
      result?: never;
      error?: { message: string };
    };
    if (message.method !== undefined) {
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
