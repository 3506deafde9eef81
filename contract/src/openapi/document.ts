import { errorBody } from "../error/error-body.ts";
import type { Operation } from "../operation.ts";
import { operations } from "../operations.ts";
import { describeOperation, groupOf } from "./describe-operation.ts";
import { describeWebhooks } from "./describe-webhooks.ts";
import { examples } from "./examples.ts";
import { type JsonSchema, outputSchema } from "./json-schema.ts";
import { tagDescriptions } from "./tags.ts";

export { groupOf };

/** Returns the contract as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1). */
export function openApiDocument(version: string, table: Readonly<Record<string, Operation>> = operations) {
  const schemas: Record<string, JsonSchema> = { Error: outputSchema(errorBody) };
  const paths: Record<string, Record<string, unknown>> = {};
  const groups = new Set<string>();
  for (const [name, operation] of Object.entries(table)) {
    const example = (examples as Readonly<Record<string, unknown>>)[name];
    const described = describeOperation(name, operation, example, schemas);
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: described };
    groups.add(groupOf(operation.path));
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Tembo",
      version,
      description:
        "Coding agents that work in the background. Every request needs an API key: make one with `tembo key create`. Every error has a sentence (`error`), a code for programs (`code`), and where there is one the field that it is about (`field`).",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }, { url: "/api/public-api" }],
    tags: [...groups].sort().map((name) => ({ name, description: tagDescriptions[name] ?? "" })),
    paths,
    webhooks: describeWebhooks(schemas),
    components: {
      schemas,
      responses: Object.fromEntries(
        Object.entries(refusals).map(([name, description]) => [
          name,
          {
            description,
            content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
          },
        ]),
      ),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "`Authorization: Bearer <API key>`" },
        signIn: {
          type: "apiKey",
          in: "cookie",
          name: "tembo_session",
          description:
            "Of a person who has signed in with a browser, for requests of the server's own pages.",
        },
        apiKey: {
          type: "apiKey",
          in: "query",
          name: "apiKey",
          description: "The key in the URL, where the operation says that it takes it there.",
        },
      },
    },
  };
}

const refusals = {
  BadRequest: "The request is not what the operation takes; the sentence says what to change.",
  Unauthenticated: "The API key is missing, unknown or revoked.",
  NotFound: "There is no such thing in the key's organization.",
  Conflict: "It does not fit what there is now.",
  TooLarge: "The body is too large.",
  WrongContentType: "The content type is not one that the operation takes.",
  RateLimited: "Too many requests; `retry-after` says when to ask again.",
  Failed: "Anything else, such as a failure of the server or of one that it asks.",
} as const;
