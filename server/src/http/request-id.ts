import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import { newId, type SpanContext } from "../core/base/index.ts";

/** Header that carries the ID of a request, in requests and in responses. */
export const requestIdHeader = "x-request-id";

/** Characters and length that are safe in log lines, headers and trace attributes. */
const wellFormed = /^[\w.:=@+/-]{1,128}$/;

const known = new WeakMap<IncomingMessage, string>();

/** Request that this server serves with further requests to itself. */
interface OuterRequest {
  readonly id: string;
  /** Span of the client that the trace continues, or null. */
  readonly clientSpan: SpanContext | null;
}

const outer = new AsyncLocalStorage<OuterRequest>();

/**
 * Creates the function that returns the ID of a request, which is the same at each call. Accepts the ID that a proxy or
 * another process of this installation has sent, if it is well-formed. Otherwise, creates one.
 */
export function createRequestId(isTrusted: (request: IncomingMessage) => boolean) {
  return (request: IncomingMessage): string => {
    const earlier = known.get(request);
    if (earlier !== undefined) return earlier;
    const given = request.headers[requestIdHeader];
    const accepted = typeof given === "string" && wellFormed.test(given) && isTrusted(request) ? given : null;
    const id = outer.getStore()?.id ?? accepted ?? newId();
    known.set(request, id);
    return id;
  };
}

/** Returns the ID of a request that has one, or null. */
export const knownRequestId = (request: IncomingMessage): string | null => known.get(request) ?? null;

/** Runs work whose requests to this server have the ID and the trace of the request that they serve. */
export const withOuterRequest = <T>({ id, clientSpan }: OuterRequest, work: () => Promise<T>): Promise<T> =>
  outer.run({ id, clientSpan }, work);

/** Returns the request that the current request serves, or undefined if a client sent the current one. */
export const outerRequest = (): OuterRequest | undefined => outer.getStore();
