import { addAbortSignal } from "node:stream";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import type { Answer } from "./upstream.ts";

const maxBodyBytes = 16_384;
const maxMessageCharacters = 300;

/** Details from the body of a provider's refusal. */
export interface RefusalBody {
  /** End of a sentence: a colon and the provider's message, or only a period if the body contains no message. */
  readonly words: string;
  /** True if the body contains `API_KEY_INVALID`. Google's APIs respond to an invalid key with status 400, and report the reason only in the body. */
  readonly namesInvalidKey: boolean;
}

/**
 * Reads at most the first 16,384 bytes of a refusal's body without delaying the response. Calls `onBody` immediately without details, and again
 * with the details if the body arrives completely.
 */
export function watchRefusal(answer: Answer, onBody: (body: RefusalBody) => void): void {
  // The client may disconnect before the body is complete.
  onBody({ words: ".", namesInvalidKey: false });
  const body = new BoundedBuffer(maxBodyBytes);
  answer.on("data", (chunk: Buffer) => body.add(chunk));
  answer.once("end", () => onBody(readRefusal(body.toBuffer().toString())));
}

/** Reads at most the first 16,384 bytes of a refusal's body. Throws if the connection fails or the signal aborts. */
export async function readRefusalBody(answer: Answer, signal: AbortSignal): Promise<RefusalBody> {
  const body = new BoundedBuffer(maxBodyBytes);
  for await (const chunk of addAbortSignal(signal, answer)) body.add(chunk as Buffer);
  return readRefusal(body.toBuffer().toString());
}

/** Error body of a provider. All three families use `{"error":{"message"}}`. Some servers use other formats. */
interface ErrorBody {
  readonly message?: unknown;
  readonly error?: {
    readonly message?: unknown;
    readonly details?: readonly { readonly reason?: unknown }[];
  };
}

function readRefusal(text: string): RefusalBody {
  const parsed = parseBody(text);
  // Google responds with an array to a streaming request.
  const body: ErrorBody | null = Array.isArray(parsed) ? (parsed[0] ?? null) : parsed;
  return { words: describeBody(text, body), namesInvalidKey: namesInvalidKey(body) };
}

function describeBody(text: string, body: ErrorBody | null): string {
  const found = body?.error?.message ?? body?.message ?? body?.error;
  const message = (typeof found === "string" ? found : text).replaceAll(/\s+/g, " ").trim();
  return message === "" ? "." : `: ${cutAtWord(message)}`;
}

function cutAtWord(message: string): string {
  if (message.length <= maxMessageCharacters) return message;
  return `${message.slice(0, maxMessageCharacters).replace(/\s+\S{0,40}$/, "")}…`;
}

/** True if the reason of a `google.rpc.ErrorInfo` is an invalid key (google/api/error_reason.proto). */
function namesInvalidKey(body: ErrorBody | null): boolean {
  const details = body?.error?.details;
  return Array.isArray(details) && details.some((detail) => detail?.reason === "API_KEY_INVALID");
}

/** Returns the parsed body, or null if the text is not JSON. */
function parseBody(text: string): ErrorBody | ErrorBody[] | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
