import type { IncomingMessage, ServerResponse } from "node:http";
import { readBounded } from "../../runtime/read-bounded.ts";

/** Maximum size of a body. A file of 5 MiB fits as base64 in JSON. Text of the same size fits even if every second character is escaped. */
const maxBodyBytes = 12 * 1024 * 1024;

/** Rejection of a request, with a status and a message that states the reason. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Reads the body. Throws a `Refusal` if it is too long. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const tooLong = () => new Refusal(413, `The request exceeds the limit of ${maxBodyBytes} bytes.`);
  return (await readBounded(request, maxBodyBytes, tooLong)).toString("utf8");
}

/** Parses JSON. Returns an empty object for an empty text. Throws a `Refusal` if the text is not JSON. */
export function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, "Tool input must be a JSON object.");
  }
}

export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
