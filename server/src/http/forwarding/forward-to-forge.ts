import { AppError, type Logger, reason } from "../../core/base/index.ts";
import type { BareHandler } from "../bare-routes.ts";
import { knownRequestId } from "../request-id.ts";
import { forwardRequest } from "./forward-request.ts";
import type { Forwarding } from "./forwarding.ts";

const connectMs = 15_000;

/** Returns a handler that forwards requests to the server with the built-in forge, unless this server has it. */
export function forwardToForge(forwarding: Forwarding, log: Logger, serve: BareHandler): BareHandler {
  return async (request, response, address) => {
    if (forwarding.isForwarded(request.socket)) return serve(request, response, address);
    try {
      const connection = await forwarding.connectToForge(address, AbortSignal.timeout(connectMs));
      if (connection === null) return await serve(request, response, address);
      await forwardRequest({ request, response }, connection);
    } catch (cause) {
      log.warn(
        { err: cause, requestId: knownRequestId(request) },
        "a request for the built-in forge could not be forwarded",
      );
      if (response.headersSent) return void response.destroy();
      const message = cause instanceof AppError ? cause.message : `The request failed: ${reason(cause)}.`;
      response.writeHead(503, { "content-type": "text/plain; charset=utf-8", connection: "close" });
      response.end(`${message}\n`);
    }
  };
}
