import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendNotFound } from "../errors.ts";

/** Scripts from this server alone, none of them in the page. Components and charts place themselves with style attributes. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-src blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const ONE_YEAR_S = 31_536_000;
/** Paths that programs ask; all others are the page's own. */
const notPages = /^\/(v1|api|git|docs|assets|webhooks|mcp)(\/|$)|^\/openapi\.(json|yaml)$/;

/**
 * The dashboard: its built files, each in the smallest encoding that a browser takes, and the page itself for every address that is
 * of the page. `folder` holds what Vite built; where it is null or empty the pages say how to build it.
 */
export function serveDashboard(app: FastifyInstance, folder: string | null): void {
  if (folder === null || !existsSync(join(folder, "index.html"))) {
    app.setNotFoundHandler((request, reply) => {
      if (isPage(request)) return sendUnbuilt(reply);
      return sendNotFound(request, reply);
    });
    return;
  }
  void app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    globIgnore: ["**/*.br", "**/*.gz"],
    setHeaders: (reply, path) => {
      reply.header("content-security-policy", policy);
      // The name of an asset changes with its content; everything else may change under its name.
      const isAsset = path.startsWith(join(folder, "assets"));
      reply.header("cache-control", isAsset ? `public, max-age=${ONE_YEAR_S}, immutable` : "no-cache");
    },
  });
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request)) return reply.sendFile("index.html");
    return sendNotFound(request, reply);
  });
}

function isPage({ method, headers, url }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  return (headers.accept ?? "").includes("text/html") && !notPages.test(url.split("?", 1)[0]!);
}

function sendUnbuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type("text/plain; charset=utf-8")
    .send(
      'The dashboard is not built. Build it with "npm run build" in the folder of Tembo, then load this page again.\n',
    );
}
