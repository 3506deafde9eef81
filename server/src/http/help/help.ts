import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { acceptsPage, builtFiles, policyForPages, sendUnbuilt } from "../built-files.ts";
import { sendNotFound } from "../errors.ts";

/**
 * Serves the documentation at `/help`. `folder` contains VitePress's output. If it is null or has no `index.html`, every
 * path explains how to build the documentation.
 */
export function serveHelp(app: FastifyInstance, folder: string | null): void {
  const isBuilt = folder !== null && existsSync(join(folder, "index.html"));
  void app.register(async (help) => (isBuilt ? serveFiles(help, folder) : explainBuild(help)), {
    prefix: "/help",
  });
}

function explainBuild(help: FastifyInstance): void {
  help.setNotFoundHandler((request, reply) =>
    acceptsPage(request)
      ? sendUnbuilt(reply, "The documentation", "npm run build:site")
      : sendNotFound(request, reply),
  );
}

function serveFiles(help: FastifyInstance, folder: string): void {
  const policy = policyForPages(null);
  help.get("", async (_request, reply) => reply.redirect("/help/", 308));
  void help.register(fastifyStatic, {
    ...builtFiles(folder, () => policy),
    prefix: "/",
    // Pages also have addresses without ".html". Those of folders end with a slash.
    extensions: ["html"],
    redirect: true,
    decorateReply: false,
  });
  const notFoundPage = readFileSync(join(folder, "404.html"), "utf8");
  help.setNotFoundHandler((request, reply) => {
    if (!acceptsPage(request)) return sendNotFound(request, reply);
    return reply
      .code(404)
      .header("content-security-policy", policy)
      .type("text/html; charset=utf-8")
      .send(notFoundPage);
  });
}
