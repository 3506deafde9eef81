import { AppError, type ErrorCode, reason } from "../../../core/base/index.ts";
import type { MultiplexedStream } from "./multiplexed-stream.ts";

/** Maximum size of a command with its environment, or of a file's contents in base64. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Header that opens a stream. The stream carries one of the following: a call, with its arguments and response as JSON; a call's bytes; or
 * a program's connection.
 */
export type StreamHeader =
  | { readonly type: "call"; readonly method: string }
  | { readonly type: "bytes"; readonly key: string }
  | { readonly type: "connection"; readonly listener: string };

type Answer =
  | { readonly value: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** Sends a call over its stream and returns the response. Throws the other side's error or the connection's error. */
export async function sendCall(stream: MultiplexedStream, args: object): Promise<unknown> {
  stream.end(JSON.stringify(args));
  const answer = JSON.parse(await readAll(stream)) as Answer;
  if ("value" in answer) return answer.value;
  throw new AppError(answer.error.code, answer.error.message);
}

/** Responds to a call with the result or the error of `serve`. */
export async function answerCall(
  stream: MultiplexedStream,
  serve: (args: unknown) => Promise<unknown>,
): Promise<void> {
  const answer = await readAll(stream)
    .then((text) => serve(JSON.parse(text)))
    .then(
      (value): Answer => ({ value: value ?? null }),
      (cause: unknown): Answer => ({
        error: { code: cause instanceof AppError ? cause.code : "internal", message: reason(cause) },
      }),
    );
  stream.end(JSON.stringify(answer));
}

async function readAll(stream: MultiplexedStream): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      stream.destroy();
      throw new AppError("internal", `A call of the agent holds more than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
