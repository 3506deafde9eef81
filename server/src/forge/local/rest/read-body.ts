import type { IncomingMessage } from "node:http";
import { readBounded } from "../../../runtime/read-bounded.ts";
import { ApiRefusal } from "./refusal.ts";

const maxBodyBytes = 4 * 1024 * 1024;

/** Returns the JSON body of a request, or undefined if it has no body. Throws an `ApiRefusal` if the body is too large or is not JSON. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const tooLong = () => new ApiRefusal(413, "The body is larger than 4 MiB.");
  const text = (await readBounded(request, maxBodyBytes, tooLong)).toString("utf8");
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiRefusal(400, "Problems parsing JSON");
  }
}
