import type { Readable, Writable } from "node:stream";
import type { AnyMessage, Stream } from "@agentclientprotocol/sdk/unstable";
import type { ProtocolLine } from "../../../core/sessions/index.ts";
import { readLines } from "./read-lines.ts";

/** The harness violated the protocol in a way that the driver cannot recover from. */
export class ProtocolError extends Error {}

const maxLineBytes = 8 * 1024 * 1024;
/**
 * Maximum number of unanswered requests from the harness. At the limit, reading pauses until the harness reads the
 * responses.
 */
const maxUnanswered = 64;

export interface MessageStreamOptions {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Called with each line that is not a protocol message, cut to a bounded length. */
  readonly onNoise: (line: string) => void;
  /**
   * Called with the unvalidated parameters of `session/update`. The SDK does not handle these, so that updates and the
   * response that ends a prompt stay in order.
   */
  readonly onUpdate: (params: unknown) => void;
  /** Called when an update is too long to be read. */
  readonly onDropped: () => void;
  /** Awaited before each message is passed on. Stdout is not read while the promise is pending. */
  readonly whenReady: () => Promise<void>;
  /** Called with each protocol message in both directions, as it was sent. */
  readonly onProtocolLine?: ((line: ProtocolLine) => void) | undefined;
  readonly maxLineBytes?: number;
}

/**
 * Newline-delimited JSON-RPC over a program's stdio. It replaces the SDK's own stream, which sends the agent errors in
 * response to noise and applies no backpressure.
 */
export function messageStream(options: MessageStreamOptions): Stream {
  const traffic = new Traffic();
  const messages = readMessages(options, traffic);
  return {
    readable: new ReadableStream<AnyMessage>(
      {
        async pull(controller) {
          const next = await messages.next();
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        },
        async cancel() {
          options.stdout.destroy();
        },
      },
      { highWaterMark: 0 },
    ),
    writable: new WritableStream<AnyMessage>({
      write: async (message) => {
        traffic.recordSent(message);
        const text = JSON.stringify(message);
        options.onProtocolLine?.({ direction: "toHarness", text });
        await writeLine(options.stdin, text);
        traffic.noteWritten(message);
      },
    }),
  };
}

async function* readMessages(options: MessageStreamOptions, traffic: Traffic): AsyncGenerator<AnyMessage> {
  const { stdout, onNoise, onUpdate, onDropped, whenReady, onProtocolLine } = options;
  const limit = options.maxLineBytes ?? maxLineBytes;
  const tooLong = (head: string) => skipOrThrow(head, { limit, onNoise, onDropped });
  for await (const line of readLines(stdout, limit, tooLong)) {
    const message = parse(line);
    if (message === null) {
      onNoise(line.slice(0, 500));
      continue;
    }
    onProtocolLine?.({ direction: "fromHarness", text: line });
    await whenReady();
    const kind = traffic.kindOf(message);
    if (kind === "update") onUpdate((message as { params?: unknown }).params);
    else if (kind === "noise") onNoise(line.slice(0, 500));
    else if (kind !== "notification") yield message;
    await traffic.whenAnswered();
  }
}

/**
 * Skips an update that is too long. Throws for any other line of that length, because it may be a response that the
 * driver waits for.
 */
function skipOrThrow(
  head: string,
  {
    limit,
    onNoise,
    onDropped,
  }: Pick<MessageStreamOptions, "onNoise" | "onDropped"> & { readonly limit: number },
): void {
  const isUpdate = head.includes('"session/update"');
  if (head.trimStart().startsWith("{") && !isUpdate) {
    throw new ProtocolError(`a protocol line is longer than ${Math.floor(limit / 1024 / 1024)} MB: ${head}`);
  }
  if (isUpdate) onDropped();
  onNoise(`(too long, skipped) ${head}`);
}

type Kind = "update" | "notification" | "request" | "answer" | "noise";

/**
 * Tracks the messages of both directions. Only messages that the SDK waits for reach it, and unread responses do not
 * pile up in it.
 */
class Traffic {
  readonly #asked = new Set<unknown>();
  #unanswered = 0;
  #answered = Promise.withResolvers<void>();

  /** Classifies a message. Notifications other than updates are ignored; a response without a request is noise. */
  kindOf(message: object): Kind {
    if ("method" in message) {
      if (typeof message.method !== "string") return "noise";
      if (message.method === "session/update") return "update";
      if (!("id" in message)) return "notification";
      this.#unanswered += 1;
      return "request";
    }
    return "id" in message && this.#asked.delete(message.id) ? "answer" : "noise";
  }

  recordSent(message: object): void {
    if ("method" in message && "id" in message) this.#asked.add(message.id);
  }

  noteWritten(message: object): void {
    if ("method" in message) return;
    this.#unanswered -= 1;
    this.#answered.resolve();
    this.#answered = Promise.withResolvers<void>();
  }

  async whenAnswered(): Promise<void> {
    while (this.#unanswered >= maxUnanswered) await this.#answered.promise;
  }
}

function parse(line: string): AnyMessage | null {
  const trimmed = line.trim();
  if (!trimmed.startsWith("{")) return null;
  try {
    const value = JSON.parse(trimmed) as AnyMessage;
    return value.jsonrpc === "2.0" ? value : null;
  } catch {
    // Not JSON: the caller logs the line as noise.
    return null;
  }
}

function writeLine(stdin: Writable, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
