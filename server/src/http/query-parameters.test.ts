import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import Fastify, { type FastifyInstance } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { ZodObject, type ZodType } from "zod";
import { WorkspaceBrowser } from "../core/turns/index.ts";
import { createVisibilityGuard } from "./admission/require-visible.ts";
import { noForwarding } from "./forwarding/forwarding.ts";
import { apiRoutes } from "./routes/api-routes.ts";
import { workspaceFileRoutes } from "./routes/workspace-file/workspace-files.ts";
import { seedTenants, type TenantFixture } from "./testing/seed-tenants.ts";
import { requestFor } from "./testing/tenant-requests.ts";

let tenant: TenantFixture;
before(async () => {
  tenant = await seedTenants();
});
after(() => tenant.served.close());

/** Operations that return JSON and either accept a query or return a list. */
const reads = (Object.values(operations) as readonly Operation[]).filter(
  ({ method, response, query, isOpen, path }) =>
    method === "GET" &&
    response !== undefined &&
    isOpen !== true &&
    (query !== undefined ||
      /list$/i.test(path) ||
      (response instanceof ZodObject && "items" in response.shape)),
);
const nameOf = ({ method, path }: Operation) => `${method} ${path}`;
const queryShape = ({ query }: Operation): Record<string, ZodType> =>
  query instanceof ZodObject ? query.shape : {};
const withParameter = (path: string, parameter: string) =>
  `${path}${path.includes("?") ? "&" : "?"}${parameter}`;

test("rejects an unknown parameter in every operation that accepts query parameters", async () => {
  assert.ok(reads.length > 50);
  for (const operation of reads) {
    const name = nameOf(operation);
    const key = tenant.given[name]?.key ?? tenant.ownKey;
    const { path } = requestFor(tenant, operation);
    const control = await tenant.served.ask(path, key);
    assert.equal(control.status, 200, name);
    const response = await tenant.served.ask(withParameter(path, "noSuchParameter=x"), key);
    const { error } = (await response.json()) as { error: string };
    assert.equal(response.status, 400, name);
    const known = Object.keys(queryShape(operation)).join(", ");
    const next =
      known === "" ? "Remove the parameter. The operation has no query parameters." : `Use one of ${known}.`;
    assert.equal(error, `The query has an unknown parameter: noSuchParameter. ${next}`, name);
  }
});

/** Starts the API without authentication. `onQuery` returns a replacement for each parsed query. */
async function serveRoutes(onQuery: (query: object) => object): Promise<FastifyInstance> {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  app.decorateRequest("caller");
  app.decorateRequest("pathSession", null);
  app.addHook("onRequest", async (request) => {
    const { organizationId, userId } = tenant.served.testStore;
    request.caller = { organizationId, userId, apiKeyId: tenant.ids.apiKeyId!, role: "admin" } as never;
  });
  app.addHook("preHandler", async (request) => {
    request.query = onQuery(request.query as object);
  });
  app.addHook("preHandler", createVisibilityGuard(tenant.served.ports.store));
  const { ports } = tenant.served;
  apiRoutes(app, ports);
  workspaceFileRoutes(app, ports, { browser: new WorkspaceBrowser(ports), forwarding: noForwarding });
  await app.ready();
  return app;
}

/** Matches descriptions of parameters that, according to the contract, have no effect. */
const hasNoEffect = /^Has no effect/;

test("reads every list parameter, or documents that it has no effect", async () => {
  const read = new Set<string | symbol>();
  // True if the query is passed as a whole to a filter in the core.
  let isCopied = false;
  const app = await serveRoutes(
    (query) =>
      new Proxy(query, {
        get: (target, name) => {
          read.add(name);
          return Reflect.get(target, name);
        },
        ownKeys: (target) => {
          isCopied = true;
          return Reflect.ownKeys(target);
        },
      }),
  );
  try {
    const ignored: string[] = [];
    for (const operation of reads.filter((one) => "limit" in queryShape(one))) {
      read.clear();
      isCopied = false;
      const { path } = requestFor(tenant, operation);
      const response = await app.inject({ method: "GET", url: path });
      assert.equal(response.statusCode, 200, `${nameOf(operation)}: ${response.body}`);
      for (const [name, schema] of Object.entries(queryShape(operation)))
        if (!isCopied && !read.has(name) && !hasNoEffect.test(schema.description ?? ""))
          ignored.push(`${nameOf(operation)} ?${name}`);
    }
    assert.deepEqual(ignored, []);
  } finally {
    await app.close();
  }
});

test("rejects repositoryIds when listing the organization's skills", async () => {
  const list = (query: string) => tenant.served.ask(`/v1/skills?${query}`, tenant.ownKey);
  const refused = await list(`repositoryIds=${tenant.ids.repositoryId}`);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /add \\"source=repository\\"/);
  assert.equal((await list("source=organization")).status, 200, "control");
});
