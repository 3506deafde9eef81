import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendNotFound } from "../errors.ts";

/**
 * Content security policy. It allows scripts only from this server, and no inline scripts. It allows inline styles, because components and
 * charts set their position with style attributes.
 */
const policyFor = (previews: string | null) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    `frame-src blob:${previews === null ? "" : ` ${previews}`}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

const ONE_YEAR_S = 31_536_000;
/** Matches paths outside the dashboard's pages, such as the API, webhooks and static assets. All other paths are pages. */
const notPages = /^\/(v1|api|git|docs|assets|webhooks|mcp)(\/|$)|^\/openapi\.(json|yaml)$/;

/**
 * Serves the dashboard. Sends each built file in the smallest encoding that the browser accepts, and the dashboard's
 * page at every path that belongs to the dashboard. `folder` contains Vite's output.
 * `previewSource` returns the origins of previews, which the dashboard shows in frames, as a CSP source. If `folder` is null or has no
 * `index.html`, the pages explain how to build the dashboard.
 */
export function serveDashboard(
  app: FastifyInstance,
  folder: string | null,
  previewSource: () => string | null,
): void {
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
      reply.header("content-security-policy", policyFor(previewSource()));
      // A page that opens the dashboard, such as a preview, gets no reference to its window.
      reply.header("cross-origin-opener-policy", "same-origin");
      // The file name of an asset changes with its contents. Other files can change under the same name.
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
    .send('The dashboard is not built. Run "npm run build" in the Tembo folder, then reload this page.\n');
}
