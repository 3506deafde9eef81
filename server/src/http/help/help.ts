import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { acceptsPage, builtFiles, policyForPages, sendUnbuilt } from "../built-files.ts";
import { sendNotFound } from "../errors.ts";

/**
 * Serves the documentation at `/help`. `folder` contains VitePress's output. While it has no `index.html`, every path explains how to build
 * the documentation. A build needs no restart of the server.
 */
export function serveHelp(app: FastifyInstance, folder: string | null): void {
  if (folder !== null) void app.register(async (help) => serveFiles(help, folder), { prefix: "/help" });
}

function serveFiles(help: FastifyInstance, folder: string): void {
  const policy = policyForPages(null);
  help.addHook("onRequest", async (request, reply) => {
    if (existsSync(join(folder, "index.html"))) return;
    return acceptsPage(request) ? sendUnbuilt(reply, howToBuild) : sendNotFound(request, reply);
  });
  help.get("", async (_request, reply) => reply.redirect("/help/", 308));
  void help.register(fastifyStatic, {
    ...builtFiles(folder, () => policy),
    prefix: "/",
    // Pages also have addresses without ".html". Those of folders end with a slash.
    extensions: ["html"],
    redirect: true,
    decorateReply: false,
    // The folder does not exist before the first build.
    suppressWarning: true,
  });
  help.setNotFoundHandler(async (request, reply) => {
    if (!acceptsPage(request)) return sendNotFound(request, reply);
    return reply
      .code(404)
      .header("content-security-policy", policy)
      .type("text/html; charset=utf-8")
      .send(await readFile(join(folder, "404.html"), "utf8"));
  });
}

const howToBuild = `The documentation is not built. To build it, run this command in the Tembo folder, and then reload this page:

  npm run build:site

After "npm run setup:production", the folder does not have the packages that this command needs, and the command explains what to do.
`;
