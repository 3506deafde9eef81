import { errorBody } from "../error/error-body.ts";
import type { Operation } from "../operation.ts";
import { operations } from "../operations.ts";
import { addComponent, Components } from "./components.ts";
import { describeOperation, groupOf } from "./describe-operation.ts";
import { describeWebhooks } from "./describe-webhooks.ts";
import { examples } from "./examples.ts";
import { outputSchema } from "./json-schema.ts";
import { tagDescriptions } from "./tags.ts";

export { groupOf };

/** Returns the contract as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1). */
export function openApiDocument(version: string, table: Readonly<Record<string, Operation>> = operations) {
  const components = new Components();
  components.reserve("Error", errorBody, "output");
  addComponent(outputSchema(errorBody), "Error", components);
  const paths: Record<string, Record<string, unknown>> = {};
  const groups = new Set<string>();
  for (const [name, operation] of Object.entries(table)) {
    const example = (examples as Readonly<Record<string, unknown>>)[name];
    const described = describeOperation(name, operation, example, components);
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: described };
    groups.add(groupOf(operation.path));
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Tembo",
      version,
      description:
        "Tembo runs coding agents in the background. Requests require an API key, except where `security` is empty; create a key with `tembo key create`. An error has a sentence for people (`error`), a code for programs (`code`) and, if one field caused it, the name of the field (`field`).",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }, { url: "/api/public-api" }],
    tags: [...groups].sort().map((name) => ({ name, description: tagDescriptions[name] ?? "" })),
    paths,
    webhooks: describeWebhooks(components),
    components: {
      schemas: components.schemas,
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
            "Cookie of a user who signed in with a browser. Only the server's own pages can use it.",
        },
        apiKey: {
          type: "apiKey",
          in: "query",
          name: "apiKey",
          description: "The API key in the URL, for operations that accept it there.",
        },
      },
    },
  };
}

const refusals = {
  BadRequest: "The request is not valid. `error` explains what to change.",
  Unauthenticated: "The API key or sign-in is missing, unknown or revoked.",
  Forbidden: "The caller may not perform this operation, or must confirm their password first.",
  NotFound: "The path or resource does not exist in the key's organization.",
  Conflict: "The request conflicts with the current state of the resource.",
  TooLarge: "The request body is too large.",
  WrongContentType: "The operation does not accept the content type of the body.",
  RateLimited: "Too many requests. Retry after the number of seconds in `retry-after`.",
  Failed: "Any other error, such as a failure of the server or of a service that it calls.",
} as const;
