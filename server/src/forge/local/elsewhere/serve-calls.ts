import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, type Logger, reason, type TokenParts } from "../../../core/base/index.ts";
import { type ForgeAdapter, renewAlone } from "../../../core/forges/index.ts";
import { readBounded } from "../../../runtime/read-bounded.ts";
import {
  decode,
  digestOf,
  encode,
  type ForgeAnswer,
  type ForgeCall,
  findMethod,
  maxCallBytes,
} from "./call.ts";
import { signedDigest } from "./machine-request.ts";

/** Executes calls of other machines on the built-in forge of this machine. The handler never rejects. */
export function createServeCalls(
  parts: TokenParts & { readonly local: ForgeAdapter; readonly log: Logger },
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { local, log } = parts;
  return async (request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      const body = await readSigned(parts, request);
      if (body === null) {
        response.writeHead(401, { "content-type": "text/plain" });
        return void response.end("Only machines of this installation can call the built-in forge.\n");
      }
      const answer = await run(local, decode(body.toString("utf8"), gone.signal) as ForgeCall);
      response.writeHead(200, { "content-type": "application/json" }).end(encode(answer));
    } catch (cause) {
      log.error({ err: cause }, "a call of the built-in forge failed");
      const error = { code: "internal", message: `The built-in forge failed: ${reason(cause)}` } as const;
      if (!response.headersSent) response.writeHead(200, { "content-type": "application/json" });
      response.end(encode({ error } satisfies ForgeAnswer));
    }
  };
}

/** Returns the body if a machine signed it, or null. Verifies the token before it reads the body. */
async function readSigned(parts: TokenParts, request: IncomingMessage): Promise<Buffer | null> {
  const digest = signedDigest(parts, request);
  if (digest === null) return null;
  const tooLarge = () => new AppError("too_large", "The call of the built-in forge is too large.");
  const body = await readBounded(request, maxCallBytes, tooLarge);
  return digestOf(body) === digest ? body : null;
}

/** Returns the method's result, or the error if it is one that the port describes. Rethrows other errors. */
async function run(local: ForgeAdapter, { connection, method, args }: ForgeCall): Promise<ForgeAnswer> {
  const forge = local.connect({ ...connection, renew: renewAlone });
  const found = findMethod(forge, method);
  if (found === null)
    return {
      error: {
        code: "invalid_input",
        message: `This server's built-in forge has no method "${method}". Run the same version of Tembo on all machines.`,
      },
    };
  try {
    const result = found(...(args as never[]));
    return { value: isList(result) ? await collect(result) : await result };
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code === "internal") throw cause;
    return { error: { code: cause.code, message: cause.message } };
  }
}

const isList = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === "object" && result !== null && Symbol.asyncIterator in result;

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}
