import assert from "node:assert/strict";
import { type Operation, operations } from "@tembo/contract";
import { exampleBody, fillRequest, type PlainRequest } from "./fill-request.ts";

export const all = Object.entries(operations) as [string, Operation][];
export type Send = (request: PlainRequest) => Promise<Response>;

/**
 * Returns a value for each path parameter of an operation. Tries a known ID, the ID of a new resource created with the
 * example of the creating operation, and the ID of the first list item. Throws if none of these exists. In that case,
 * seed a resource in walk/world.ts.
 */
export async function getIds(
  operation: Operation,
  known: Readonly<Record<string, string>>,
  send: Send,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [whole, parameter] of operation.path.matchAll(/\{(\w+)\}/g)) {
    const collection = operation.path.slice(0, operation.path.indexOf(`/${whole}`));
    const id = known[parameter!] ?? (await find(collection, { ...known, ...found }, send));
    assert.ok(id !== undefined, `no ${parameter} found for ${operation.path}: seed one in walk/world.ts`);
    found[parameter!] = id;
  }
  return found;
}

async function find(
  collection: string,
  known: Readonly<Record<string, string>>,
  send: Send,
): Promise<string | undefined> {
  for (const method of ["POST", "GET"]) {
    const [name, operation] = all.find(([, one]) => one.method === method && one.path === collection) ?? [];
    if (name === undefined || operation === undefined) continue;
    const values = await getIds(operation, known, send);
    const response = await send(fillRequest(operation, values, exampleBody(name, operation, known)));
    if (response.ok) {
      const id = idIn(await response.json());
      if (id !== undefined) return id;
    } else await response.body?.cancel();
  }
  return undefined;
}

/** Returns the ID of the resource, of the first list item or of the resource that the response contains. */
function idIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if ("id" in body && typeof body.id === "string") return body.id;
  const inner: unknown = Object.values(body).find((value) => typeof value === "object" && value !== null);
  return idIn(Array.isArray(inner) ? inner[0] : inner);
}
