import { Transform } from "node:stream";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { AppError, withReason } from "../../../../core/base/index.ts";
import { errorTypeOf } from "../anthropic-elsewhere.ts";

/** Amazon's own limit, which is far larger than any model event. */
const maxMessageBytes = 16 * 1024 * 1024;
/** Size of an empty message: two lengths and a checksum at the start, and a checksum at the end. */
const minMessageBytes = 16;

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

/**
 * Converts Amazon's event stream (application/vnd.amazon.eventstream) to Anthropic's server-sent events. Each message contains one event in
 * base64. A failure during the stream becomes an `error` event. The converted stream fails if the input contains invalid bytes or ends in
 * the middle of a message. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 */
export function createEventDecoder(): Transform {
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      try {
        for (let length = lengthOf(held); length !== null; length = lengthOf(held)) {
          this.push(eventOf(held.subarray(0, length)));
          held = held.subarray(length);
        }
        done();
      } catch (cause) {
        done(
          new AppError("model_failed", withReason("The response from Amazon Bedrock cannot be read", cause), {
            cause,
          }),
        );
      }
    },
    flush(done) {
      done(
        held.length === 0
          ? null
          : new AppError("model_failed", "The response from Amazon Bedrock ended in the middle of an event."),
      );
    },
  });
}

/** Returns the length of the first message, or null while the message is incomplete. Throws if the length is outside the limits. */
function lengthOf(bytes: Buffer): number | null {
  if (bytes.length < 4) return null;
  const length = bytes.readUInt32BE(0);
  if (length < minMessageBytes || length > maxMessageBytes)
    throw new Error(`a message has an invalid length (${length} bytes)`);
  return bytes.length < length ? null : length;
}

function eventOf(message: Buffer): string {
  const { headers, body } = codec.decode(message);
  const header = (name: string) => String(headers[name]?.value ?? "");
  const text = Buffer.from(body).toString("utf8");
  switch (header(":message-type")) {
    case "event": {
      const { bytes } = JSON.parse(text) as { bytes?: unknown };
      // Amazon may add its own event types.
      if (header(":event-type") !== "chunk" || typeof bytes !== "string") return "";
      const data = Buffer.from(bytes, "base64").toString("utf8");
      const { type } = JSON.parse(data) as { type?: unknown };
      return sse(String(type), data.replaceAll(/[\r\n]/g, ""));
    }
    case "exception":
      return failure(header(":exception-type"), messageIn(text));
    default:
      return failure(header(":error-code"), header(":error-message"));
  }
}

const statuses: Readonly<Record<string, number>> = {
  throttlingException: 429,
  validationException: 400,
  modelTimeoutException: 408,
  serviceUnavailableException: 529,
};

function failure(name: string, message: string): string {
  const error = {
    type: errorTypeOf(statuses[name] ?? 500),
    message: message || name || "Amazon Bedrock ended the response with an error.",
  };
  return sse("error", JSON.stringify({ type: "error", error }));
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : "";
  } catch (error) {
    if (error instanceof SyntaxError) return text.slice(0, 1_000);
    throw error;
  }
}

const sse = (event: string, data: string) => `event: ${event.replaceAll(/\s/g, "")}\ndata: ${data}\n\n`;
