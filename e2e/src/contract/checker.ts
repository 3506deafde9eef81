import { operations as contractOperations, type ErrorBody, errorBody, type Operation } from "@tembo/contract";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { z } from "zod";
import { withoutOwnResponseFields } from "./own-response-fields.ts";
import { loadContract, type VendorContract, type VendorOperation } from "./vendor-contract.ts";

export interface Exchange {
  readonly method: string;
  /** The requested path, with or without the `/api/public-api` prefix and a query. */
  readonly path: string;
  readonly status: number;
  /** The parsed JSON body of the response. */
  readonly body: unknown;
}

export interface ContractChecker {
  /**
   * Validates a response against the contract. Unknown properties of closed objects are violations.
   *
   * @returns the operation of the response, as `METHOD /path/{parameter}`.
   * @throws ContractViolation with the operation and every violation.
   */
  check(exchange: Exchange): string;
  /**
   * Validates a value against one component. For example, validates the data of server-sent events against
   * `SessionEvent`.
   */
  checkComponent(name: string, value: unknown): void;
  /** Returns true if the contract's schema accepts a request body, or undefined if the operation accepts no body. */
  acceptsBody(method: string, path: string, body: unknown): boolean | undefined;
}

/** Thrown when a response violates the contract. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
}

/** Statuses that any operation may return with the Error shape, even if the contract does not list them. */
const commonStatuses = [400, 401, 404, 409, 413, 415, 429, 500];

/**
 * Tembo's own operations that return the vendor's shapes. Tembo's other operations are validated against Tembo's
 * contract.
 */
const inVendorShapes: Readonly<Record<string, string>> = {
  "POST /v1/repositories": "#/components/Repository",
};
const temboOperations = (Object.values(contractOperations) as Operation[]).filter(
  ({ tier }) => tier === "tembo",
);

/** Responses whose shape differs from the shape in the contract, with the reason. */
const replaced: Readonly<Record<string, { readonly schema: string; readonly reason: string }>> = {
  "GET /v1/sessions/{sessionId}/events/stream 400": {
    schema: "#/components/Error",
    reason:
      "Tembo returns each error as one sentence; the vendor's validator returns an array on this route only.",
  },
  "POST /v1/sign-in/confirm 403": {
    schema: "#/components/Error",
    reason: "An API key has no password to confirm.",
  },
  "POST /v1/previews/redeem 410": {
    schema: "#/components/Error",
    reason: "A share link ends when it expires or is revoked.",
  },
  "POST /v1/sign-in/welcome 410": {
    schema: "#/components/Error",
    reason: "A single-use link cannot be used again.",
  },
};

/**
 * Lists that contain Tembo's descriptors, with the descriptor field of the list or of its items. Other fields are
 * validated against the vendor's schema.
 */
const descriptors: Readonly<Record<string, string>> = {
  "GET /v1/integrations/providers 200": "forge",
  "GET /v1/models 200": "modelProviders",
  "GET /v1/runtimes 200": "harness",
};

/**
 * Creates a checker that compiles each schema on first use. Strict mode is off, because the document contains keys that
 * are not JSON Schema keywords.
 */
export function createContractChecker(contract: VendorContract = loadContract()): ContractChecker {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(contract, "vendor");
  // Literal paths precede templates, so that /x/list never matches /x/{id}.
  const operations = [...contract.operations, ...temboOperations.map(withoutBody)]
    .map(withPattern)
    .sort((one, other) => one.parameterCount - other.parameterCount);

  ajv.addSchema(z.toJSONSchema(errorBody), encodeURI("ours error"));
  for (const { method, path, response } of temboOperations) {
    if (response) ajv.addSchema(z.toJSONSchema(response), encodeURI(`ours ${method} ${path}`));
  }

  const vendorKinds = new Set(Object.keys(installedCountsOf(contract)));
  const validate = (pointer: string, value: unknown): string[] => {
    const validator = ajv.getSchema(pointer.startsWith("#") ? `vendor${pointer}` : encodeURI(pointer));
    if (!validator) throw new Error(`The contract has no schema at ${pointer}.`);
    return validator(value) ? [] : (validator.errors ?? []).map(describe);
  };

  const schemaFor = (
    operation: (typeof operations)[number] | undefined,
    status: number,
  ): string | undefined => {
    const replacement = operation && replaced[`${operation.name} ${status}`];
    if (replacement) return replacement.schema;
    const own = temboOperations.find(({ method, path }) => `${method} ${path}` === operation?.name);
    if (own?.status === status) return inVendorShapes[operation!.name] ?? `ours ${operation!.name}`;
    if (operation?.source.responses[status]) {
      return `#/operations/${contract.operations.indexOf(operation.source)}/responses/${status}`;
    }
    const isCommon = operation ? commonStatuses.includes(status) : status === 404;
    return isCommon ? "#/components/Error" : undefined;
  };

  return {
    check({ method, path, status, body }) {
      const plain = plainPath(path);
      const operation = operations.find(
        (candidate) => candidate.method === method && candidate.pattern.test(plain),
      );
      const name = operation?.name ?? `${method} ${plain}`;
      const pointer = schemaFor(operation, status);
      if (!pointer) {
        const what = operation
          ? `does not define status ${status}`
          : `is not an operation of the contract (status ${status})`;
        throw new ContractViolation(`${name} ${what}: ${excerpt(body)}`);
      }
      const shown =
        status >= 400 ? withVendorError(body) : withoutOwnResponseFields(`${name} ${status}`, body);
      const violations = validate(
        pointer,
        withoutDescriptors(shown, descriptors[`${name} ${status}`], vendorKinds),
      );
      if (status >= 400) violations.push(...validate("ours error", body));
      if (violations.length > 0) throw violation(`${name} ${status}`, violations, body);
      return name;
    },

    checkComponent(name, value) {
      const violations = validate(`#/components/${name}`, value);
      if (violations.length > 0) throw violation(name, violations, value);
    },

    acceptsBody(method, path, body) {
      const index = contract.operations.findIndex((one) => one.method === method && one.path === path);
      if (!contract.operations[index]?.body) return undefined;
      return validate(`#/operations/${index}/body/schema`, body).length === 0;
    },
  };
}

/** Removes Tembo's additional error fields. The vendor's error body contains only a message. */
function withVendorError(body: unknown): unknown {
  const { code: _code, field: _field, requestId: _requestId, ...error } = body as Partial<ErrorBody>;
  return error;
}

/** Returns the kinds of integrations that the vendor's contract counts. */
function installedCountsOf(contract: VendorContract): object {
  const list = contract.operations.find(({ path }) => path === "/v1/integrations/providers");
  const schema = list?.responses["200"] as { properties?: { installedCounts?: { properties?: object } } };
  return schema?.properties?.installedCounts?.properties ?? {};
}

/** Removes the plug-ins' descriptors, and the counts of integration kinds that only Tembo has. */
function withoutDescriptors(
  body: unknown,
  field: string | undefined,
  vendorKinds: ReadonlySet<string>,
): unknown {
  if (field === undefined) return body;
  const { [field]: _, ...list } = body as Record<string, unknown>;
  const { items, installedCounts } = list as { items?: unknown; installedCounts?: object };
  if (!Array.isArray(items)) return body;
  const counts = Object.entries(installedCounts ?? {}).filter(([kind]) => vendorKinds.has(kind));
  return {
    ...list,
    items: items.map(({ [field]: _, ...item }: Record<string, unknown>) => item),
    ...(installedCounts !== undefined && { installedCounts: Object.fromEntries(counts) }),
  };
}

function withoutBody(operation: Operation): VendorOperation {
  return {
    method: operation.method,
    path: operation.path,
    operationId: "",
    tier: "v1",
    query: [],
    body: null,
    responses: {},
  };
}

function withPattern(source: VendorOperation) {
  const { method, path } = source;
  const segments = path.split(/\{[^}]+\}/).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${segments.join("[^/]+")}$`);
  return { source, name: `${method} ${path}`, method, pattern, parameterCount: segments.length - 1 };
}

/** Returns the path in the form that the contract uses, without query and prefix. */
export function plainPath(path: string): string {
  return path.replace(/[?#].*$/s, "").replace(/^\/api\/public-api(?=\/)/, "");
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const detail = Object.values(params).filter((value) => typeof value === "string");
  return `${instancePath || "the body"} ${message}${detail.length > 0 ? ` (${detail.join(", ")})` : ""}`;
}

function violation(name: string, violations: readonly string[], value: unknown): ContractViolation {
  return new ContractViolation(
    `${name} violates the contract: ${violations.join("; ")}. Body: ${excerpt(value)}`,
  );
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? "none").slice(0, 500);
}
