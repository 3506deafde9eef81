import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { reason } from "../core/errors.ts";
import type { Logger } from "../core/ports/logger.ts";
import { watchRefusal } from "./describe-refusal.ts";
import { errorBody } from "./error-body.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import type { Upstream } from "./upstream.ts";

export interface Forwarding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: Upstream;
  readonly log: Logger;
  /** Told of each answer: null for a good one, else a sentence. */
  onAnswer(failure: string | null): void;
}

/**
 * Streams one request to the provider and its answer back, chunk by chunk. When one side goes away the other is cut:
 * a stream that merely ended would pass for a complete answer.
 */
export function forwardRequest({ request, response, upstream, log, onAnswer }: Forwarding): void {
  const abort = new AbortController();
  response.once("close", () => abort.abort());
  const sent = upstream.request(request.method!, request.url!, requestHeaders(request.headers), abort.signal);

  sent.once("response", (answer) => {
    const status = answer.statusCode!;
    if (status >= 400) watchRefusal(answer, (said) => onAnswer(upstream.redact(`${refused(status)}${said}`)));
    else if (status >= 200 && status < 300) onAnswer(null);
    response.writeHead(status, responseHeaders(answer.headers));
    // The head at once: an answer's first word may be long in coming.
    response.flushHeaders();
    answer.once("error", () => {
      if (!abort.signal.aborted) onAnswer("The model provider broke off in the middle of an answer.");
    });
    // On an error it destroys the response, which cuts the client.
    pipeline(answer, response, () => {});
  });

  sent.on("error", (error) => {
    if (abort.signal.aborted) return;
    // Then its answer has begun, and ends with an error of its own.
    if (response.headersSent) return;
    const sentence = upstream.redact(`The model provider cannot be reached: ${reason(error)}`);
    log.warn({ family: upstream.family, err: error }, "model provider cannot be reached");
    onAnswer(sentence);
    response.writeHead(502, { "content-type": "application/json", connection: "close" });
    response.end(errorBody(upstream.family, sentence));
  });

  // Not a pipeline: an error of `sent` would destroy the client's socket before the 502 is written.
  request.pipe(sent);
}

const refused = (status: number): string => `The model provider answered ${status}`;
