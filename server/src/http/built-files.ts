import { join } from "node:path";
import type { FastifyStaticOptions } from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * Returns a content security policy for pages that the server serves as files. It allows scripts only from this server, and no inline scripts.
 * It allows inline styles, because components, charts and highlighted code use style attributes. `frames` are further sources of frames.
 */
export function policyForPages(frames: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    `frame-src blob:${frames === null ? "" : ` ${frames}`}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const ONE_YEAR_S = 31_536_000;

/** Returns options to serve Vite's output in a folder, each file in the smallest encoding that the browser accepts. */
export function builtFiles(folder: string, policy: () => string) {
  return {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header("content-security-policy", policy());
      // A page that opens one of these pages, such as a preview, gets no reference to its window.
      reply.header("cross-origin-opener-policy", "same-origin");
      // The file name of an asset changes with its contents. Other files can change under the same name.
      const isAsset = path.startsWith(join(folder, "assets"));
      reply.header("cache-control", isAsset ? `public, max-age=${ONE_YEAR_S}, immutable` : "no-cache");
    },
  } satisfies FastifyStaticOptions;
}

/** Returns true if a browser requests a page. */
export function acceptsPage({ method, headers }: FastifyRequest): boolean {
  return (method === "GET" || method === "HEAD") && (headers.accept ?? "").includes("text/html");
}

/** Responds that files are not built. `explanation` names the command that builds them. */
export function sendUnbuilt(reply: FastifyReply, explanation: string): FastifyReply {
  return reply.code(503).type("text/plain; charset=utf-8").send(explanation);
}
