import type { IncomingMessage } from "node:http";
import { ApiRefusal } from "./refusal.ts";

const maxBodyBytes = 4 * 1024 * 1024;

/** The JSON of a request; undefined when it has no body. Throws an `ApiRefusal`. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new ApiRefusal(413, "The body is larger than 4 MiB.");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiRefusal(400, "Problems parsing JSON");
  }
}
