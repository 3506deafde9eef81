import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import type { Answer } from "./upstream.ts";

const maxBodyBytes = 16_384;
const maxMessageCharacters = 300;

/** The details that the body of a refusal adds to its status. */
export interface RefusalBody {
  /** ": its message", or "." for nothing. */
  readonly words: string;
  /** Google's APIs answer a wrong key with 400, and name the reason in the body alone. */
  readonly namesInvalidKey: boolean;
}

/** Reads along, without holding up the answer, and calls back with what the provider's body says. */
export function watchRefusal(answer: Answer, onBody: (body: RefusalBody) => void): void {
  // Called at once as well: the client may go away before the body is complete.
  onBody({ words: ".", namesInvalidKey: false });
  const body = new BoundedBuffer(maxBodyBytes);
  answer.on("data", (chunk: Buffer) => body.add(chunk));
  answer.once("end", () => onBody(readRefusal(body.toBuffer().toString())));
}

/** The error body of providers: `{"error":{"message"}}` in all three families. Other servers send other bodies. */
interface ErrorBody {
  readonly message?: unknown;
  readonly error?: {
    readonly message?: unknown;
    readonly details?: readonly { readonly reason?: unknown }[];
  };
}

function readRefusal(text: string): RefusalBody {
  const parsed = parseBody(text);
  // Google answers a request for a stream with an array.
  const body: ErrorBody | null = Array.isArray(parsed) ? (parsed[0] ?? null) : parsed;
  return { words: describeBody(text, body), namesInvalidKey: namesInvalidKey(body) };
}

function describeBody(text: string, body: ErrorBody | null): string {
  const found = body?.error?.message ?? body?.message ?? body?.error;
  const message = (typeof found === "string" ? found : text).replaceAll(/\s+/g, " ").trim();
  return message === "" ? "." : `: ${message.slice(0, maxMessageCharacters)}`;
}

/** The reason is that of a `google.rpc.ErrorInfo` (google/api/error_reason.proto). */
function namesInvalidKey(body: ErrorBody | null): boolean {
  const details = body?.error?.details;
  return Array.isArray(details) && details.some((detail) => detail?.reason === "API_KEY_INVALID");
}

/** Returns null for text that is not JSON; the text itself is shown then. */
function parseBody(text: string): ErrorBody | ErrorBody[] | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
