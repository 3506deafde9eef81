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
  /** By status. Absent bodies have no schema here. */
  readonly responses: Readonly<Record<string, JsonSchema>>;
  readonly responseContentType?: string;
  readonly websocket?: true;
}

/** References in the schemas, `#/components/<name>`, are against the document's root. */
export interface VendorContract {
  readonly operations: readonly VendorOperation[];
  readonly components: Readonly<Record<string, JsonSchema>>;
}

const fixture = new URL("../../fixtures/vendor-contract.json", import.meta.url);

/**
 * Names that the vendor lists one by one and says to "treat as open", as new models appear daily; and names of plug-ins, harnesses and
 * forges, of which we have some that the vendor does not have.
 */
const openLists = ["ModelName", "RuntimeName", "IntegrationType"];

/** The vendor's contract as data; fixtures/README.md says how it was made. */
export function loadContract(): VendorContract {
  const contract = JSON.parse(readFileSync(fixture, "utf8")) as VendorContract;
  const open = Object.fromEntries(openLists.map((name) => [name, { type: "string" }]));
  return { ...contract, components: { ...contract.components, ...open } };
}
