import type { Operation } from "@tembo/contract";
import fc from "fast-check";
import {
  exampleBody,
  fillRequest,
  inputSchemaOf,
  neededQuery,
  type PlainRequest,
  samplesOf,
} from "../../contract/walk/fill-request.ts";

/**
 * Texts that often break programs: NUL, lone surrogates, direction overrides, prototype keys and texts that look like
 * values of other types.
 */
const hostileTexts = [
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfffx",
  "\u202etxt",
  "\ufeff",
  "\u2028",
  "__proto__",
  "constructor",
  "toString",
  "' or 1=1 --",
  "%00",
  "%",
  "../../etc/passwd",
  "\r\nx-injected: 1",
  "NaN",
  "1e999",
  "-0",
  "9223372036854775808",
  "0000-00-00T00:00:00.000Z",
  "9999-12-31T23:59:59.999Z",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "x".repeat(20_000),
  "\u0301".repeat(500),
];
const hostileNumbers = [0, -1, 1.5, 1e308, -1e308, 5e-324, Number.MAX_SAFE_INTEGER, 2 ** 31, 2 ** 63];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileTexts) },
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.uuid(),
  fc.webUrl(),
);
const nested = fc.integer({ min: 50, max: 3_000 }).map((depth) => {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
});
const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(...hostileNumbers) },
  fc.constantFrom<unknown>(null, true, false, {}, []),
  fc.jsonValue({ maxDepth: 3 }),
  nested,
);

/** Generates a request body as text: a valid body with changed parts, an arbitrary value or invalid JSON. */
export function hostileBody(good: unknown, samples: readonly unknown[] = []): fc.Arbitrary<string> {
  const starts = fc.constantFrom(good ?? {}, ...samples);
  const changed = fc
    .tuple(starts, fc.array(fc.tuple(fc.nat(1_000), anything), { minLength: 0, maxLength: 3 }))
    .map(([start, changes]) => JSON.stringify(changes.reduce(changeOne, start)));
  const strange = fc.constantFrom(
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"a":1e999}',
    '{"a":1,"a":2}',
    "[".repeat(10_000),
    "\ufeff{}",
    "",
    "null",
  );
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: anything.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: strange },
  );
}

/** Replaces one part of a value, at any depth. */
function changeOne(value: unknown, [at, part]: readonly [number, unknown]): unknown {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return part;
  const keys = Object.keys(value);
  const key = keys[at % keys.length]!;
  const inner = (value as Record<string, unknown>)[key];
  const goesOn = at % 3 === 0 && typeof inner === "object" && inner !== null;
  const changed = goesOn ? changeOne(inner, [Math.floor(at / 3), part]) : part;
  if (Array.isArray(value)) return value.with(Number(key), changed);
  return { ...value, [key]: changed };
}

const unknownId = "0199f0a5-7c1e-7cc3-98c4-dc0c0c07398f";

const pathNames = ({ path }: Operation) => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);

const queryNames = ({ query }: Operation) =>
  query === undefined ? [] : Object.keys((inputSchemaOf(query).properties ?? {}) as object);

/**
 * Generates a request for the operation. Most requests contain IDs of existing resources, so that they reach the core
 * and the database.
 */
export function hostileRequest(
  name: string,
  operation: Operation,
  ids: Readonly<Record<string, string>>,
): fc.Arbitrary<PlainRequest> {
  const good = exampleBody(name, operation, ids);
  const parameters = pathNames(operation);
  const value = (parameter: string) => {
    const known = fc.constant(ids[parameter] ?? unknownId);
    return fc.oneof({ weight: 6, arbitrary: known }, text.map(shortened));
  };
  const query = fc.dictionary(fc.constantFrom("extra", ...queryNames(operation)), text.map(shortened), {
    maxKeys: 3,
  });
  const samples = operation.body === undefined ? [] : samplesOf(operation.body).slice(0, 40);
  const body =
    operation.body === undefined
      ? fc.constant(undefined)
      : hostileBody(
          good,
          samples.map((sample) => sample.value),
        );
  const values = fc.record(Object.fromEntries(parameters.map((one) => [one, value(one)])));
  const headerNames =
    operation.headers === undefined
      ? []
      : Object.keys((inputSchemaOf(operation.headers).properties ?? {}) as object);
  const headers = fc.dictionary(fc.constantFrom("x-extra", ...headerNames), text.map(inHeader), {
    maxKeys: 2,
  });
  return fc.tuple(values, query, body, headers).map(([chosen, extra, sentBody, sentHeaders]) => {
    const request = fillRequest(operation, chosen, good);
    const [path] = request.path.split("?", 1);
    const all = new URLSearchParams({ ...neededQuery(operation), ...extra }).toString();
    const bytes = operation.takesBytes ? { body: "bytes" } : {};
    const { body: _, ...rest } = request;
    return {
      ...rest,
      ...bytes,
      headers: { ...rest.headers, ...sentHeaders },
      path: all === "" ? path! : `${path}?${all}`,
      ...(sentBody !== undefined && { body: sentBody }),
    };
  });
}

/**
 * Returns requests with texts that PostgreSQL cannot store. There is one request for each query parameter, and there
 * are two for each string in a valid body.
 */
export function unstorableRequests(
  name: string,
  operation: Operation,
  ids: Readonly<Record<string, string>>,
): PlainRequest[] {
  const good = exampleBody(name, operation, ids);
  const plain = fillRequest(
    operation,
    { ...Object.fromEntries(pathNames(operation).map((one) => [one, unknownId])), ...ids },
    good,
  );
  const [path] = plain.path.split("?", 1);
  const queries = queryNames(operation).map((parameter) => ({
    ...plain,
    path: `${path}?${new URLSearchParams({ ...neededQuery(operation), [parameter]: "a\0" })}`,
  }));
  const bodies = ["a\0", "a\ud800"].flatMap((text) =>
    withEachText(good, text).map((body) => ({ ...plain, body: JSON.stringify(body) })),
  );
  return [...queries, ...bodies];
}

/** Returns one copy of the value for each string in it, with this text replaced. */
function withEachText(value: unknown, text: string): unknown[] {
  if (typeof value === "string") return [text];
  if (Array.isArray(value))
    return value.flatMap((part, at) => withEachText(part, text).map((other) => value.with(at, other)));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    withEachText(part, text).map((other) => ({ ...value, [key]: other })),
  );
}

/** Truncates a string to a length that fits into a URL. Replaces lone surrogates, which a URL cannot encode. */
function shortened(value: string): string {
  return value.slice(0, 2_000).toWellFormed();
}

/** Removes the characters that a header cannot contain. */
const inHeader = (value: string) => value.replaceAll(/[^ -~]/g, "").slice(0, 500);
