import { Ajv } from "ajv";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { graphqlUrl } from "../api/graphql-url.ts";
import { readFixture } from "./fixture.ts";
import { checkGraphql } from "./graphql-contract.ts";
import {
  type Answer,
  type OpenapiDocument,
  type Operation,
  openapiChecker,
  type Parameter,
} from "./openapi.ts";

interface RestFixture {
  readonly source: string;
  readonly document: OpenapiDocument & { readonly paths: NonNullable<OpenapiDocument["paths"]> };
  /** GitHub's examples by route. */
  readonly examples: { readonly [route: string]: unknown };
}

const { document, examples } = readFixture("rest") as RestFixture;
const check = openapiChecker(document, "3.0");
const queryAjv = new Ajv({ strict: false, coerceTypes: "array", logger: false });
const routes = Object.keys(document.paths)
  .map((path) => ({ path, parameters: path.split("{").length, pattern: patternOf(path) }))
  .sort((a, b) => a.parameters - b.parameters);

/** Wraps a fetch to validate requests to `apiUrl` and their responses against GitHub's OpenAPI description. Ignores other URLs. */
export function checkedFetch(
  apiUrl: string,
  inner: OutboundFetch = testOutbound().fetch,
): { readonly fetch: OutboundFetch; readonly violations: string[] } {
  const violations: string[] = [];
  /** Storage URLs to which the API redirects. The description does not cover their responses. */
  const stored = new Set<string>();
  const checked: OutboundFetch = async (input, init) => {
    const url = new URL(String(input));
    const method = init?.method ?? "GET";
    const body = typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const response = await inner(input, init);
    const add = (side: string, complaints: readonly string[]) =>
      violations.push(...complaints.map((words) => `${side} ${method} ${url.pathname}: ${words}`));
    if (String(input) === graphqlUrl(apiUrl)) {
      add("request", checkGraphql((body as { readonly query?: unknown } | undefined)?.query));
      return response;
    }
    if (!String(input).startsWith(`${apiUrl}/`) || stored.has(String(input))) return response;
    if (response.status === 302) stored.add(response.headers.get("location") ?? "");
    url.pathname = url.pathname.slice(new URL(apiUrl).pathname.replace(/\/$/, "").length);
    add("request", checkRequest(method, url, body));
    const text = await response.clone().text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    add(
      "answer",
      checkAnswer(method, url, response.status, isJson && text !== "" ? JSON.parse(text) : undefined),
    );
    return response;
  };
  return { fetch: checked, violations };
}

/** Validates a request. `url` excludes the API's path prefix. */
export function checkRequest(method: string, url: URL, body: unknown): string[] {
  const found = find(method, url.pathname);
  if (found === null) return ["is not in GitHub's description"];
  const { operation, pointer } = found;
  const complaints = checkQuery(operation, url.searchParams);
  const { requestBody } = operation;
  if (requestBody?.content?.["application/json"] === undefined) return complaints;
  if (body === undefined) return requestBody.required ? [...complaints, "has no body"] : complaints;
  return [
    ...complaints,
    ...check([...pointer, "requestBody", "content", "application/json", "schema"], body),
  ];
}

/** Validates a response. `body` is undefined if it is not JSON. If the description omits an error status, the body needs only a message. */
export function checkAnswer(method: string, url: URL, status: number, body: unknown): string[] {
  const found = find(method, url.pathname);
  if (found === null) return [];
  const { operation, pointer } = found;
  const declared = operation.responses[status];
  if (declared === undefined) {
    const hasMessage = typeof (body as { readonly message?: unknown } | undefined)?.message === "string";
    return status >= 400 && (hasMessage || status >= 500)
      ? []
      : [`status ${status} is not in GitHub's description`];
  }
  const at =
    "$ref" in declared ? declared.$ref.slice(2).split("/") : [...pointer, "responses", String(status)];
  const { content } = resolve(declared) as Answer;
  if (content?.["application/json"] === undefined) return [];
  return check([...at, "content", "application/json", "schema"], body);
}

/** Returns GitHub's example of a successful response, or undefined if the description contains none. */
export function exampleAnswer(route: string): unknown {
  return structuredClone(examples[route]);
}

/** Returns the first success status in GitHub's description, for example 201 for created resources. */
export function successStatusOf(route: string): number {
  const [method = "", path = ""] = route.split(" ");
  const statuses = Object.keys(document.paths[path]?.[method.toLowerCase()]?.responses ?? {});
  return Number(statuses.find((status) => status.startsWith("2")) ?? 200);
}

let webhookCheck: ReturnType<typeof openapiChecker> | null = null;
let webhookNames: readonly string[] = [];

/** Validates the body of a webhook against GitHub's OpenAPI description. */
export function checkWebhook(event: string, body: unknown): string[] {
  if (webhookCheck === null) {
    const { document: hooks } = readFixture("webhooks") as { readonly document: OpenapiDocument };
    webhookCheck = openapiChecker(hooks, "3.1");
    webhookNames = Object.keys(hooks.webhooks ?? {});
  }
  const action = (body as { readonly action?: unknown } | null)?.action;
  const wanted = (typeof action === "string" ? `${event}-${action}` : event).replaceAll("_", "-");
  if (!webhookNames.includes(wanted)) return [`${wanted} is not in GitHub's description`];
  return webhookCheck(
    ["webhooks", wanted, "post", "requestBody", "content", "application/json", "schema"],
    body,
  );
}

function checkQuery(operation: Operation, query: URLSearchParams): string[] {
  const declared = (operation.parameters ?? []).map((one) => resolve(one) as Parameter);
  return [...query].flatMap(([name, value]) => {
    const parameter = declared.find((one) => one.in === "query" && one.name === name);
    if (parameter === undefined) return [`query ${name} is not in GitHub's description`];
    return queryAjv.validate({ type: "object", properties: { [name]: parameter.schema } }, { [name]: value })
      ? []
      : [`query ${queryAjv.errorsText()}`];
  });
}

function find(method: string, pathname: string) {
  const key = method.toLowerCase();
  // This route returns the same resource as the route that contains the owner and the name.
  const wanted = /^\/repositories\/\d+$/.test(pathname) ? "/repos/owner/repo" : pathname;
  const route = routes.find(
    ({ path, pattern }) => pattern.test(wanted) && document.paths[path]?.[key] !== undefined,
  );
  const operation = route === undefined ? undefined : document.paths[route.path]?.[key];
  return route === undefined || operation === undefined
    ? null
    : { operation, pointer: ["paths", route.path, key] };
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.+()]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
}

function resolve(node: object): unknown {
  if (!("$ref" in node)) return node;
  const [, , kind = "", name = ""] = String(node.$ref).split("/");
  return document.components[kind]?.[name];
}
