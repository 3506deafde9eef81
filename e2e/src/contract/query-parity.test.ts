import assert from "node:assert/strict";
import { test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { z } from "zod";
import { mutations } from "./samples.ts";
import { type JsonSchema, loadContract, type VendorOperation } from "./vendor-contract.ts";

const contract = loadContract();
/** Coerces types, because query values are strings. */
const ajv = new Ajv2020({ strict: false, coerceTypes: "array" });
addFormats.default(ajv);
ajv.addSchema(contract, "vendor");
const fromVendor = (reference: string) => contract.components[reference.replace("#/components/", "")]!;
const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`;
const vendors = (Object.values(operations) as Operation[]).filter(({ tier }) => tier !== "tembo");

/**
 * Texts that at least one kind of parameter rejects. The tests also use texts generated from the parameter's schema.
 */
const badTexts = ["", "maybe", "nonsense", "not a uri", "-1", "0", "1.5", "x".repeat(5_000)];

// Tembo may accept less than the vendor. For example, Tembo defines the format of its own cursors.
test("rejects every query parameter that the vendor rejects, and accepts every enum value", () => {
  const found = vendors.flatMap((operation) => {
    const vendorOperation = contract.operations.find((one) => nameOf(one) === nameOf(operation))!;
    return vendorOperation.query.flatMap((parameter) => compare(operation, vendorOperation, parameter));
  });
  assert.deepEqual(found, []);
});

test("control: detects an undeclared parameter, and a parameter that accepts too few values", () => {
  const operation: Operation = operations.pullRequestList;
  const vendorOperation = contract.operations.find((one) => nameOf(one) === nameOf(operation))!;
  const sortBy = vendorOperation.query.find(({ name }) => name === "sortBy")!;
  const compareWith = (query: z.ZodType) => compare({ ...operation, query }, vendorOperation, sortBy);
  assert.ok(compareWith(z.object({})).includes(`${nameOf(operation)} ?sortBy=nonsense: ours accepts`));
  const narrow = compareWith(z.object({ sortBy: z.enum(["createdAt"]).optional() }));
  assert.deepEqual(narrow, [`${nameOf(operation)} ?sortBy=updatedAt: ours rejects`]);
});

function compare(
  operation: Operation,
  vendorOperation: VendorOperation,
  { name, schema }: VendorOperation["query"][number],
): string[] {
  const item = (schema.type === "array" ? schema.items : schema) as JsonSchema;
  const own = mutations(item, fromVendor)
    .map(({ value }) => value)
    .filter((value) => ["string", "number", "boolean"].includes(typeof value))
    .map(String);
  const at = `${contract.operations.indexOf(vendorOperation)}/query/${vendorOperation.query.findIndex((one) => one.name === name)}`;
  const validate = ajv.compile({ properties: { value: { $ref: `vendor#/operations/${at}/schema` } } });
  return [...new Set([...own, ...badTexts])].flatMap((text) => {
    const isAcceptedHere = accepts(operation, vendorOperation, { [name]: text });
    const isAcceptedByVendor = validate({ value: text });
    const isChoice = ((schema.enum ?? []) as unknown[]).includes(text);
    if (isAcceptedHere === isAcceptedByVendor || (isAcceptedByVendor && !isChoice)) return [];
    return [
      `${nameOf(operation)} ?${name}=${text.slice(0, 40)}: ours ${isAcceptedHere ? "accepts" : "rejects"}`,
    ];
  });
}

function accepts(
  operation: Operation,
  vendorOperation: VendorOperation,
  given: Record<string, string>,
): boolean {
  const needed = vendorOperation.query
    .filter(({ required }) => required === true)
    .map(({ name }) => [name, "x"]);
  return (operation.query ?? z.object({})).safeParse({ ...Object.fromEntries(needed), ...given }).success;
}
