import { errorBody } from "@tembo/contract";
import type { FastifyRequest } from "fastify";
import { AppError } from "../../core/base/index.ts";
import { readBounded } from "../../runtime/read-bounded.ts";
import { lostConnection, responseOf, startRequest } from "./forward-request.ts";
import type { Forwarding } from "./forwarding.ts";

const defaultMaxBytes = 64 * 1024;
const connectMs = 15_000;

/**
 * Sends a request with a response of at most `maxBytes` to the process that runs the session's sandbox, and returns the response's JSON.
 * Returns null if this process runs the sandbox or no process does. Throws the error of the other process, or `conflict`
 * if it cannot be reached.
 */
export async function forwardCall(
  forwarding: Forwarding,
  request: FastifyRequest,
  sessionId: string,
  maxBytes = defaultMaxBytes,
): Promise<unknown> {
  if (forwarding.isForwarded(request.raw.socket)) return null;
  const late = AbortSignal.timeout(connectMs);
  const connection = await forwarding.connectToSession(sessionId, request.ip, late);
  if (connection === null) return null;
  try {
    const body = request.body === undefined || request.body === null ? "" : JSON.stringify(request.body);
    const upstream = startRequest(request.raw, connection, {
      "accept-encoding": "identity",
      "content-length": String(Buffer.byteLength(body)),
    });
    upstream.end(body);
    const answer = await responseOf(upstream, connection);
    const tooLong = () => lostConnection(new Error("the response is too long"));
    const text = (await readBounded(answer, maxBytes, tooLong)).toString("utf8");
    if (answer.statusCode === 200) return JSON.parse(text);
    const { code, error, field } = errorBody.parse(JSON.parse(text));
    throw new AppError(code, error, field === undefined ? {} : { field });
  } finally {
    connection.destroy();
  }
}
