import type { IncomingMessage, ServerResponse } from "node:http";
import { readBounded } from "../../runtime/read-bounded.ts";

/** Fits a file of 5 MiB as base64 in JSON, or as much text with every second character escaped. */
const maxBodyBytes = 12 * 1024 * 1024;

/** Rejection of a request, with a message that states the reason. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Throws a `Refusal` if the body is too long. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const tooLong = () => new Refusal(413, `The request exceeds the limit of ${maxBodyBytes} bytes.`);
  return (await readBounded(request, maxBodyBytes, tooLong)).toString("utf8");
}

/** Throws a `Refusal` if the text is not JSON. */
export function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, "The input of a tool must be a JSON object.");
  }
}

export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
