import { readFileSync } from "node:fs";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface VendorOperation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tier: "documented" | "npm-0.2.3" | "v1" | "v1-latest";
  readonly query: readonly {
    readonly name: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly body: { readonly required: boolean; readonly schema: JsonSchema } | null;
  /** Schemas by status. Responses without a body are omitted. */
  readonly responses: Readonly<Record<string, JsonSchema>>;
  readonly responseContentType?: string;
  readonly websocket?: true;
}

/**
 * The vendor's contract. References in its schemas have the form `#/components/<name>`, relative to the document root.
 */
export interface VendorContract {
  readonly operations: readonly VendorOperation[];
  readonly components: Readonly<Record<string, JsonSchema>>;
}

const fixture = new URL("../../fixtures/vendor-contract.json", import.meta.url);

/**
 * Enums whose values are open:
 * - Model names: the vendor lists them, but states "treat as open", because new models appear daily.
 * - Names of harnesses and forges: Tembo has some that the vendor does not have.
 */
const openLists = ["ModelName", "RuntimeName", "IntegrationType"];

/** Loads the vendor's contract. fixtures/README.md describes how it was made. */
export function loadContract(): VendorContract {
  const contract = JSON.parse(readFileSync(fixture, "utf8")) as VendorContract;
  const open = Object.fromEntries(openLists.map((name) => [name, { type: "string" }]));
  return { ...contract, components: { ...contract.components, ...open } };
}
