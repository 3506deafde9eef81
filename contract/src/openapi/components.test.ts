import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import type { Operation } from "../operation.ts";
import { componentNames, componentNamesFile } from "./component-names.ts";
import { Components } from "./components.ts";
import { openApiDocument } from "./document.ts";
import { addName } from "./named-schemas.ts";

const withResponse = (path: string, response: z.ZodType) =>
  ({ method: "POST", path, tier: "tembo", summary: "Keep", status: 200, response }) satisfies Operation;
const one = z.strictObject({ one: z.string() });
const two = z.strictObject({ two: z.string() });

test("the list of component names is current, so that a review sees a rename", () => {
  assert.equal(readFileSync(componentNamesFile, "utf8"), componentNames(), "run npm run generate");
});

test("rejects two schemas with one name", () => {
  const table = (other: z.ZodType) => ({
    keep: withResponse("/v1/a", one),
    Keep: withResponse("/v1/b", other),
  });
  assert.throws(() => openApiDocument("1", table(two)), /Two schemas have the name KeepResponse/);
  openApiDocument("1", table(one));
});

test("rejects one name for a request and a response, whose fields with a default differ", () => {
  const components = new Components();
  assert.equal(components.reserve("One", one, "input"), true);
  assert.equal(components.reserve("One", one, "input"), false, "control");
  assert.throws(() => components.reserve("One", one, "output"), /Two schemas have the name One/);
});

test("rejects two names for one schema, except for queries", () => {
  const names = new Map<z.ZodType, string>();
  addName(names, one, "One");
  addName(names, two, "Two");
  assert.throws(() => addName(names, one, "Other"), /exports one schema as One and Other/);
  addName(names, one, "OtherQuery");
  assert.equal(names.get(one), "One");
});
