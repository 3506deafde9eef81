import { openApiDocument } from "@tembo/contract/openapi";
import type { FastifyInstance } from "fastify";
import manifest from "../../../package.json" with { type: "json" };

let document: string | undefined;

/** Returns the contract as an OpenAPI document in JSON. */
export function openApiText(): string {
  document ??= JSON.stringify(openApiDocument(manifest.version));
  return document;
}

/** Serves the contract as OpenAPI, without authentication, at `/openapi.json` and `/openapi/public`. */
export function openApiRoutes(app: FastifyInstance): void {
  for (const path of ["/openapi.json", "/openapi/public"]) {
    app.get(path, async (_request, reply) => {
      return reply.type("application/json; charset=utf-8").send(openApiText());
    });
  }
}
