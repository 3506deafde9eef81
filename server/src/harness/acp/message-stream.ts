import type { Readable, Writable } from "node:stream";
import type { AnyMessage, Stream } from "@agentclientprotocol/sdk/unstable";

/** The harness broke the protocol past mending. */
export class ProtocolError extends Error {}

const maxLineBytes = 32 * 1024 * 1024;

export interface MessageStreamOptions {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Lines that are not the protocol's; each cut to a bounded length. */
  readonly onNoise: (line: string) => void;
  /** Parameters of `session/update`, unchecked. Not left to the SDK: heard in order with the answer that ends a prompt. */
  readonly onUpdate: (params: unknown) => void;
  /** Awaited before each message is handed on: while it is pending, stdout is not read. */
  readonly whenReady: () => Promise<void>;
  readonly maxLineBytes?: number;
}

/**
 * Newline-delimited JSON-RPC over a program's stdio. The SDK's own stream is not used: it answers noise with
 * errors to the agent, and reads on however far the consumer is behind.
 */
export function messageStream(options: MessageStreamOptions): Stream {
  const messages = readMessages(options);
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
      write: (message) => writeLine(options.stdin, JSON.stringify(message)),
    }),
  };
}

async function* readMessages(options: MessageStreamOptions): AsyncGenerator<AnyMessage> {
  for await (const line of readLines(options)) {
    const message = parse(line);
    if (message === null) {
      options.onNoise(line.slice(0, 500));
      continue;
    }
    await options.whenReady();
    if ("method" in message && message.method === "session/update") options.onUpdate(message.params);
    else yield message;
  }
}

/** An update that is too long is skipped; anything else that long may be an answer waited for, so it ends the stream. */
async function* readLines(options: MessageStreamOptions): AsyncGenerator<string> {
  const limit = options.maxLineBytes ?? maxLineBytes;
  let parts: Buffer[] = [];
  let bytes = 0;
  let isSkipping = false;
  for await (const chunk of options.stdout as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      if (!isSkipping) {
        parts.push(chunk.subarray(from, end));
        yield Buffer.concat(parts).toString("utf8");
      }
      isSkipping = false;
      parts = [];
      bytes = 0;
      from = end + 1;
    }
    if (isSkipping) continue;
    parts.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes <= limit) continue;
    const head = Buffer.concat(parts).subarray(0, 500).toString("utf8");
    if (!isSkippable(head)) {
      throw new ProtocolError(
        `a protocol line is longer than ${Math.floor(limit / 1024 / 1024)} MB: ${head}`,
      );
    }
    options.onNoise(`(too long, skipped) ${head}`);
    isSkipping = true;
    parts = [];
    bytes = 0;
  }
  if (bytes > 0 && !isSkipping) yield Buffer.concat(parts).toString("utf8");
}

function isSkippable(head: string): boolean {
  return !head.trimStart().startsWith("{") || head.includes('"session/update"');
}

function parse(line: string): AnyMessage | null {
  const trimmed = line.trim();
  if (!trimmed.startsWith("{")) return null;
  try {
    const value = JSON.parse(trimmed) as AnyMessage;
    return value.jsonrpc === "2.0" ? value : null;
  } catch {
    // Not JSON: the caller keeps the line as noise.
    return null;
  }
}

function writeLine(stdin: Writable, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
