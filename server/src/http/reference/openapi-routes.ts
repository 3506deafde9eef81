import { openApiDocument } from "@tembo/contract/openapi";
import type { FastifyInstance } from "fastify";
import manifest from "../../../package.json" with { type: "json" };

let document: string | undefined;

/** The contract as OpenAPI, for everybody: at `/openapi.json`, and where the vendor has it. */
export function openApiRoutes(app: FastifyInstance): void {
  for (const path of ["/openapi.json", "/openapi/public"]) {
    app.get(path, async (_request, reply) => {
      document ??= JSON.stringify(openApiDocument(manifest.version));
      return reply.type("application/json; charset=utf-8").send(document);
    });
  }
}
