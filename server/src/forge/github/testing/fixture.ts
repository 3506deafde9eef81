import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** What scripts/extract-github-contract.ts has written. Read anew each time: callers change what they get. */
export function readFixture(name: "rest" | "webhooks" | "webhook-examples"): unknown {
  const bytes = readFileSync(join(import.meta.dirname, "fixtures", `${name}.json.gz`));
  return JSON.parse(gunzipSync(bytes).toString("utf8"));
}
