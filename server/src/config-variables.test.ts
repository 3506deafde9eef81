import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { blobVariables } from "./config-blobs.ts";
import { providerVariables } from "./config-providers.ts";
import { knownVariables, sharedVariables } from "./config-variables.ts";

/** Variables that a machine does not receive when it joins, by the reason. */
const notShared: Readonly<Record<string, readonly string[]>> = {
  "the answer has the values for workers": [
    "DATABASE_URL",
    "TEMBO_WORKER_DATABASE_URL",
    "TEMBO_PUBLIC_URL",
    "TEMBO_MASTER_KEY_FILE",
  ],
  "only servers use them": [
    "HOST",
    "PORT",
    "TEMBO_SERVER_ADDRESS",
    "TEMBO_BOOTSTRAP_API_KEY",
    "TEMBO_TRUSTED_PROXIES",
    "TEMBO_ALLOWED_HOSTS",
    "TEMBO_PREVIEW_SHARE_HOURS",
    "TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE",
    "TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE",
    "TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR",
  ],
  "they depend on the capacity of the machine": [
    "TEMBO_WORKER_CONCURRENCY",
    "TEMBO_WORKER_LABELS",
    "TEMBO_COMPILE_CACHE",
    "TEMBO_KEEP_ALIVE_MEMORY_MB",
    "TEMBO_LAYER_CACHE_GB",
    "TEMBO_ENVIRONMENT_COPIES_GB",
    "TEMBO_WAITING_HARNESSES",
  ],
  "they depend on what is installed on the machine": ["TEMBO_SANDBOX", "TEMBO_HARNESS_SEED_DIR"],
  "they are paths on the machine": ["TEMBO_DATA_DIR", "XDG_DATA_HOME", "TEMBO_PRICES_FILE"],
  "they depend on how the process is run": [
    "TEMBO_DRAIN_MINUTES",
    "TEMBO_LOG_LEVEL",
    "TEMBO_METRICS",
    "TEMBO_METRICS_TOKEN",
    "TEMBO_TRACES_URL",
    "TEMBO_STRICT_SETTINGS",
  ],
  "the server ignores them": ["TEMBO_API_KEY", "TEMBO_BASE_URL", "TEMBO_PROFILE"],
};

test("gives a machine that joins every variable, except those with a reason", () => {
  const all = [...sharedVariables, ...Object.values(notShared).flat()];
  assert.deepEqual(all.sort(), [...knownVariables].sort());
});

test("the guide lists the variables that a machine receives", async () => {
  const guide = await readFile(new URL("../../docs/guides/several-machines.md", import.meta.url), "utf8");
  const [, list = ""] = /^The machine receives:\n\n((?:[- ] .*\n)+)/m.exec(guide) ?? [];
  const named = [...list.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name);
  const inGroups = new Set<string>([...blobVariables, ...providerVariables]);
  assert.deepEqual(named.sort(), sharedVariables.filter((name) => !inGroups.has(name)).sort());
});
