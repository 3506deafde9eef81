import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { acceptsPage, builtFiles, policyForPages, sendUnbuilt } from "../built-files.ts";
import { sendNotFound } from "../errors.ts";

/**
 * Matches paths outside the dashboard's pages, such as the API, webhooks and static assets. All other paths are pages. The dashboard's service
 * worker has the same list.
 */
export const notPages = /^\/(v1|api|git|docs|help|assets|webhooks|mcp)(\/|$)|^\/openapi\.(json|yaml)$/;

/**
 * Serves the dashboard: its files, and its page at every path that belongs to the dashboard. `folder` contains Vite's output.
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
      if (isPage(request)) return sendUnbuilt(reply, howToBuild);
      return sendNotFound(request, reply);
    });
    return;
  }
  void app.register(fastifyStatic, {
    ...builtFiles(folder, () => policyForPages(previewSource())),
    wildcard: false,
    index: false,
    globIgnore: ["**/*.br", "**/*.gz"],
  });
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request)) return reply.sendFile("index.html");
    return sendNotFound(request, reply);
  });
}

/** The server lists the files when it starts. */
const howToBuild =
  'The dashboard is not built. Stop the server, and start it with "npm start" in the Tembo folder, which builds the dashboard.\n';

function isPage(request: FastifyRequest): boolean {
  return acceptsPage(request) && !notPages.test(request.url.split("?", 1)[0]!);
}
