import { ZodObject, type ZodType } from "zod";
import type { Operation } from "../operation.ts";
import { addComponent, type Components } from "./components.ts";
import { componentPath, inputSchema, type JsonSchema } from "./json-schema.ts";
import { bodyName } from "./named-schemas.ts";
import { responseSchema } from "./response-schema.ts";

/**
 * Returns an OpenAPI Operation Object for the operation. Adds the named schemas that the operation uses to
 * `components`.
 */
export function describeOperation(
  name: string,
  operation: Operation,
  example: unknown,
  components: Components,
) {
  const { params, query, headers, body, takesBytes } = operation;
  const parameters = [
    ...parametersOf(params, "path"),
    ...parametersOf(query, "query").filter((parameter) => parameter.name !== "apiKey"),
    ...parametersOf(headers, "header"),
  ];
  const takesInput = parameters.length > 0 || body !== undefined || takesBytes === true;
  return {
    operationId: name,
    summary: operation.summary,
    description: [operation.description, origins[operation.tier]].filter(Boolean).join(" "),
    tags: [groupOf(operation.path)],
    security: securityOf(operation),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: jsonBody(`${capital(name)}Body`, body, example, components) }),
    ...(takesBytes && {
      requestBody: {
        required: true,
        description: "The bytes of the file. Send its media type as the content type.",
        content: { "*/*": { schema: {} } },
      },
    }),
    responses: {
      [operation.status]: success(name, operation, components),
      ...(takesInput && { 400: reference("BadRequest") }),
      401: reference("Unauthenticated"),
      403: reference("Forbidden"),
      ...(params && { 404: reference("NotFound") }),
      ...(operation.method !== "GET" && { 409: reference("Conflict") }),
      ...((body || takesBytes) && { 413: reference("TooLarge"), 415: reference("WrongContentType") }),
      429: reference("RateLimited"),
      default: reference("Failed"),
    },
  };
}

const origins = {
  documented: "Part of the documented API.",
  "npm-0.2.3": "Part of the published SDK 0.2.3.",
  v1: "Part of the v1 API.",
  "v1-latest": "Part of the v1 API, in its newest version.",
  tembo: "An extension of Tembo.",
} as const satisfies Record<Operation["tier"], string>;

/**
 * Returns the operation group of a path: the first segment after `/v1`. Paths of the documented generation begin with a
 * singular noun, which is converted to the plural.
 */
export function groupOf(path: string): string {
  const first = path.replace(/^\/v1(?=\/)/, "").split("/")[1]!;
  const isLegacy = ["session", "task", "repository", "agent"].includes(first);
  return isLegacy ? first.replace(/y$/, "ie").concat("s") : first;
}

function securityOf(operation: Operation): Record<string, never[]>[] {
  if (operation.isOpen === true) return [];
  const ways = [{ bearer: [] }, { signIn: [] }];
  return takesKeyInQuery(operation) ? [...ways, { apiKey: [] }] : ways;
}

function takesKeyInQuery({ query }: Operation): boolean {
  return query instanceof ZodObject && "apiKey" in query.shape;
}

function parametersOf(schema: ZodType | undefined, place: "path" | "query" | "header") {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = inputSchema(schema) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...own }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description !== undefined && { description }),
    schema: own,
  }));
}

function jsonBody(name: string, body: ZodType, example: unknown, components: Components) {
  const schema = bodySchema(body, name, components);
  return {
    required: !body.safeParse(undefined).success,
    content: { "application/json": { schema, ...(example !== undefined && { example }) } },
  };
}

/** Adds the schema of a request body to `components`. Operations with the same body share one component. */
function bodySchema(body: ZodType, unnamed: string, components: Components): JsonSchema {
  const name = bodyName(body) ?? unnamed;
  if (components.reserve(name, body, "input")) addComponent(inputSchema(body), name, components);
  return { $ref: componentPath(name) };
}

function success(name: string, operation: Operation, components: Components) {
  const { response, responseType = "application/octet-stream" } = operation;
  if (response === undefined) {
    const schema = responseType === "text/event-stream" ? { type: "string" } : {};
    return { description: streams[responseType], content: { [responseType]: { schema } } };
  }
  const schema = responseSchema(response, `${capital(name)}Response`, components);
  return { description: "Done.", content: { "application/json": { schema } } };
}

const streams = {
  "text/event-stream":
    "Server-sent events. `id` is the number of the event; send it as `last-event-id` to continue after the event. `data` is the event as JSON.",
  "application/x-ndjson": "One JSON value per line.",
  "application/octet-stream": "The bytes of the file.",
  "*/*": "The bytes of the file, with its media type as the content type.",
} as const satisfies Record<NonNullable<Operation["responseType"]>, string>;

const reference = (response: string) => ({ $ref: `#/components/responses/${response}` });
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
