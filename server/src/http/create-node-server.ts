import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { setSecurityHeaders } from "./security-headers.ts";

/** Time for which an idle connection stays open. The default of Fastify. */
const keepAliveTimeoutMs = 72_000;

export interface NodeServerOptions {
  readonly http: ServerOptions;
  readonly maxRequestsPerSocket: number;
  readonly isHttps: () => boolean;
  /** Serves requests for other host names. They reach neither the router nor its hooks. */
  readonly elsewhere: {
    owns(request: IncomingMessage): boolean;
    serve(request: IncomingMessage, response: ServerResponse): void;
  };
}

/** Creates the server under the router. Sets the security headers of every response that the router sends. */
export function createNodeServer(route: RequestListener, options: NodeServerOptions): Server {
  const { elsewhere, isHttps } = options;
  const server = createServer(options.http, (request, response) => {
    if (elsewhere.owns(request)) return elsewhere.serve(request, response);
    setSecurityHeaders(response, isHttps());
    route(request, response);
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.maxRequestsPerSocket = options.maxRequestsPerSocket;
  return server;
}
