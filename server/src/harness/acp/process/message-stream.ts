import type { Readable, Writable } from "node:stream";
import type { AnyMessage, Stream } from "@agentclientprotocol/sdk/unstable";
import type { ProtocolLine } from "../../../core/sessions/index.ts";
import { readLines } from "./read-lines.ts";

/** Thrown if the harness violates the protocol and the driver cannot recover. */
export class ProtocolError extends Error {}

const maxLineBytes = 8 * 1024 * 1024;
/** Maximum number of unanswered requests from the harness. At this limit, the driver stops reading until the harness has read responses. */
const maxUnanswered = 64;

export interface MessageStreamOptions {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Called with each line that is not a protocol message, truncated to a maximum length. */
  readonly onNoise: (line: string) => void;
  /**
   * Called with the unvalidated parameters of `session/update`. They bypass the SDK, so that updates and the response that ends a prompt
   * remain in order.
   */
  readonly onUpdate: (params: unknown) => void;
  /** Called when an update was dropped because it was too long. */
  readonly onDropped: () => void;
  /** Awaited before each message is passed on. While the promise is pending, stdout is not read. */
  readonly whenReady: () => Promise<void>;
  /** Called with each protocol message in both directions, exactly as it was sent. */
  readonly onProtocolLine?: ((line: ProtocolLine) => void) | undefined;
  readonly maxLineBytes?: number;
}

/**
 * Transfers newline-delimited JSON-RPC over a program's stdio. It replaces the SDK's own stream, which responds to noise with errors and
 * does not apply backpressure.
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
 * Skips an overlong line if it is an update or noise. Throws if it is any other protocol message, because the driver may be waiting for it.
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
 * Tracks the messages in both directions. The SDK therefore receives only the responses that it waits for, and does not accumulate
 * responses that the harness does not read.
 */
class Traffic {
  readonly #asked = new Set<unknown>();
  #unanswered = 0;
  #answered = Promise.withResolvers<void>();

  /** Classifies a message. The caller ignores notifications other than updates. A response without a request is noise. */
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
    // The line is not JSON, so the caller treats it as noise.
    return null;
  }
}

function writeLine(stdin: Writable, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
