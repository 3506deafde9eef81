import type { Operation } from "@tembo/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type output, ZodArray, ZodObject, type ZodType, z } from "zod";
import type { RequestSender } from "../core/base/index.ts";
import type { Caller } from "./admission/authenticate.ts";
import { requireRole } from "./admission/roles.ts";
import { requestSender } from "./request-sender.ts";

/**
 * Body limit for operations that validate the key before the body is read. The server's smaller limit applies to operations without
 * authentication.
 */
export const maxBodyBytes = 4 * 1024 * 1024;

type Part<S> = S extends ZodType ? output<S> : undefined;

/** Request whose parts have been validated against the contract. */
interface CheckedRequest<O extends Operation> {
  readonly params: O extends { params: infer S } ? Part<S> : undefined;
  readonly query: O extends { query: infer S } ? Part<S> : undefined;
  readonly headers: O extends { headers: infer S } ? Part<S> : undefined;
  readonly body: O extends { body: infer S } ? Part<S> : undefined;
  readonly raw: FastifyRequest;
}

export interface OperationRequest<O extends Operation> extends CheckedRequest<O> {
  readonly organizationId: string;
  readonly caller: Caller;
}

type Answer<O extends Operation> = O extends { response: infer S } ? Part<S> : undefined;

/** Returns a response that is JSON text already, which the server sends unchanged. */
export function jsonText<Response>(reply: FastifyReply, text: string): Response {
  void reply.type("application/json; charset=utf-8");
  return text as Response;
}

/** Serves one operation of the contract. Checks the caller's role and validates the request before it calls the handler. */
export function route<const O extends Operation>(
  app: FastifyInstance,
  operation: O,
  handler: (request: OperationRequest<O>, reply: FastifyReply) => Promise<Answer<O>>,
): void {
  addRoute(app, operation, handler, { isTraced: false });
}

/** Serves an operation that sends messages in the same way as `route`, and traces its requests. */
export function sendingRoute<const O extends Operation>(
  app: FastifyInstance,
  operation: O,
  handler: (
    request: OperationRequest<O> & { readonly sender: RequestSender },
    reply: FastifyReply,
  ) => Promise<Answer<O>>,
): void {
  addRoute<O>(
    app,
    operation,
    (request, reply) => handler({ ...request, sender: requestSender(request.raw) }, reply),
    { isTraced: true },
  );
}

function addRoute<const O extends Operation>(
  app: FastifyInstance,
  operation: O,
  handler: (request: OperationRequest<O>, reply: FastifyReply) => Promise<Answer<O>>,
  { isTraced }: { readonly isTraced: boolean },
): void {
  app.route({
    ...optionsOf(operation, isTraced),
    // Runs after authentication, before the server reads the body or reveals anything about the requested object.
    onRequest: async (request) => requireRole(operation, request.caller),
    handler: async (request, reply) => {
      void reply.code(operation.status);
      const { caller } = request;
      const { organizationId } = caller;
      return handler({ ...toCheckedRequest<O>(request), organizationId, caller }, reply);
    },
  });
}

/** Serves an operation that requires no authentication. */
export function openRoute<const O extends Operation & { readonly isOpen: true }>(
  app: FastifyInstance,
  operation: O,
  handler: (request: CheckedRequest<O>, reply: FastifyReply) => Promise<Answer<O>>,
): void {
  app.route({
    ...optionsOf(operation),
    handler: async (request, reply) => {
      void reply.code(operation.status);
      return handler(toCheckedRequest<O>(request), reply);
    },
  });
}

function optionsOf(operation: Operation, isTraced = false) {
  const { params, headers, body } = operation;
  const query = checkedQuery(operation);
  return {
    method: operation.method,
    url: operation.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    schema: {
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(headers && { headers }),
      ...(body && { body }),
    },
    ...(operation.isOpen !== true && { bodyLimit: operation.maxBodyBytes ?? maxBodyBytes }),
    config: {
      isTraced,
      takesKeyInQuery: query instanceof ZodObject && "apiKey" in query.shape,
      ...(operation.secretAnswer !== undefined && { secretAnswer: operation.secretAnswer }),
    },
  };
}

/**
 * Makes the query schema of a GET operation with a JSON response strict. A list without a query gets an empty strict schema. A strict schema rejects
 * unknown parameters, because a request with a misspelled filter would otherwise return more than the client requested.
 */
function checkedQuery({ method, response, query }: Operation): ZodType | undefined {
  if (method !== "GET" || response === undefined) return query;
  if (query instanceof ZodObject) return query.strict();
  return query === undefined && isList(response) ? z.strictObject({}) : query;
}

const isList = (response: ZodType) =>
  response instanceof ZodObject &&
  (response.shape.items ?? response.shape.codeRepositories) instanceof ZodArray;

function toCheckedRequest<O extends Operation>(request: FastifyRequest): CheckedRequest<O> {
  const { params, query, headers, body } = request;
  return { params, query, headers, body, raw: request } as unknown as CheckedRequest<O>;
}
