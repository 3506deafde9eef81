import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Reads a fixture that scripts/extract-github-contract.ts has written. Parses it on each call, because callers modify the result. */
export function readFixture(name: "rest" | "webhooks" | "webhook-examples"): unknown {
  const bytes = readFileSync(join(import.meta.dirname, "fixtures", `${name}.json.gz`));
  return JSON.parse(gunzipSync(bytes).toString("utf8"));
}
