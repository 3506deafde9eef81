import type { Operation } from "@tembo/contract";
import { fillRequest, inputSchemaOf, neededQuery, type PlainRequest, samplesOf } from "./fill-request.ts";

export interface InvalidRequest extends PlainRequest {
  readonly name: string;
}

const maxPerOperation = 60;
const badTexts = ["x", "0", "-1", "1.5", "99999999999999999999", "null", "[]", "a b", "x".repeat(3_000)];

/**
 * Returns requests that the operation's schemas reject, at most `maxPerOperation`. Each is a valid request with one
 * change in the path, query or body.
 */
export function invalidRequests(
  operation: Operation,
  values: Readonly<Record<string, string>>,
  body: unknown,
): InvalidRequest[] {
  return [
    ...badPaths(operation, values, body),
    ...badQueries(operation, values, body),
    ...badBodies(operation, values),
  ].slice(0, maxPerOperation);
}

function badPaths(
  operation: Operation,
  values: Readonly<Record<string, string>>,
  body: unknown,
): InvalidRequest[] {
  const { params } = operation;
  if (params === undefined) return [];
  // The router does not match longer parameters.
  const short = badTexts.filter((text) => text.length <= 200);
  return Object.keys(values).flatMap((parameter) =>
    short
      .map((text) => ({ ...values, [parameter]: text }))
      .filter((changed) => operation.path.includes(`{${parameter}}`) && !params.safeParse(changed).success)
      .map((changed) => ({
        name: `${parameter} ${changed[parameter]}`,
        ...fillRequest(operation, changed, body),
      })),
  );
}

function badQueries(
  operation: Operation,
  values: Readonly<Record<string, string>>,
  body: unknown,
): InvalidRequest[] {
  const { query } = operation;
  if (query === undefined) return [];
  const good = neededQuery(operation);
  const request = fillRequest(operation, values, body);
  const [path] = request.path.split("?", 1);
  const names = Object.keys((inputSchemaOf(query).properties ?? {}) as object);
  return names.flatMap((parameter) =>
    ["", ...badTexts]
      .map((text) => ({ ...good, [parameter]: text }))
      .filter((changed) => !query.safeParse(changed).success)
      .map((changed) => ({
        ...request,
        name: `?${parameter}=${changed[parameter]!.slice(0, 30)}`,
        path: `${path}?${new URLSearchParams(changed)}`,
      })),
  );
}

function badBodies(operation: Operation, values: Readonly<Record<string, string>>): InvalidRequest[] {
  const { body } = operation;
  if (body === undefined) return [];
  const request = fillRequest(operation, values, null);
  const broken = ["{", '{"a":', "prompt", "{} {}"].map((text) => ({
    ...request,
    name: `body ${text}`,
    body: text,
  }));
  const refused = samplesOf(body)
    .filter(({ value }) => !body.safeParse(value).success)
    .map(({ name, value }) => ({ ...request, name, body: JSON.stringify(value) }));
  return [...broken, ...refused];
}
