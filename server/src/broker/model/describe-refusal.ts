import type { Answer } from "./upstream.ts";

const maxBodyBytes = 16_384;
const maxMessageCharacters = 300;

/** Reads along, without holding up the answer, and tells what the provider said: ": its message", or "." for nothing. */
export function watchRefusal(answer: Answer, tell: (said: string) => void): void {
  // Told at once as well: the client may go away before the body is complete.
  tell(".");
  const chunks: Buffer[] = [];
  let size = 0;
  answer.on("data", (chunk: Buffer) => {
    if (size < maxBodyBytes) chunks.push(chunk.subarray(0, maxBodyBytes - size));
    size += chunk.length;
  });
  answer.once("end", () => tell(describeBody(Buffer.concat(chunks).toString())));
}

/** Providers answer `{"error":{"message"}}` (all three families); others say what they say. */
function describeBody(body: string): string {
  const message = (readMessage(body) ?? body).replaceAll(/\s+/g, " ").trim();
  return message === "" ? "." : `: ${message.slice(0, maxMessageCharacters)}`;
}

function readMessage(body: string): string | null {
  try {
    const parsed = JSON.parse(body);
    const found = parsed?.error?.message ?? parsed?.[0]?.error?.message ?? parsed?.message ?? parsed?.error;
    return typeof found === "string" ? found : null;
  } catch {
    // Not JSON: the text itself is shown.
    return null;
  }
}
