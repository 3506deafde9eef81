import { blobVariables } from "./config-blobs.ts";
import { providerVariables } from "./config-providers.ts";

/**
 * Scope of a variable. A machine that joins receives the variables with the scope `installation`, because any worker may run
 * any work. Variables with the scope `machine` describe one machine, or only servers use them. Variables with the scope
 * `client` are for the SDK and the CLI.
 */
type Scope = "installation" | "machine" | "client";

const ownVariables = {
  HOST: "machine",
  PORT: "machine",
  TEMBO_DATA_DIR: "machine",
  TEMBO_PUBLIC_URL: "machine",
  TEMBO_SERVER_ADDRESS: "machine",
  DATABASE_URL: "machine",
  TEMBO_WORKER_DATABASE_URL: "machine",
  TEMBO_BOOTSTRAP_API_KEY: "machine",
  TEMBO_WORKER_CONCURRENCY: "machine",
  TEMBO_WORKER_LABELS: "machine",
  TEMBO_DEFAULT_AGENT: "installation",
  TEMBO_TURN_LIMIT_MINUTES: "installation",
  TEMBO_DRAIN_MINUTES: "machine",
  TEMBO_COMPILE_CACHE: "machine",
  TEMBO_KEEP_ALIVE_MINUTES: "installation",
  TEMBO_KEEP_ALIVE_MEMORY_MB: "machine",
  TEMBO_WORKSPACE_DAYS: "installation",
  TEMBO_AUDIT_RETENTION_DAYS: "installation",
  TEMBO_SESSION_RETENTION_DAYS: "installation",
  TEMBO_SANDBOX: "machine",
  TEMBO_CONTAINERS: "installation",
  TEMBO_SANDBOX_ROOT_UID_BASE: "installation",
  TEMBO_SANDBOX_UID_BASE: "installation",
  TEMBO_SANDBOX_DISK_GB: "installation",
  TEMBO_SANDBOX_MAX_FILES: "installation",
  TEMBO_SANDBOX_MAX_PROCESSES: "installation",
  TEMBO_LAYER_CACHE_GB: "machine",
  TEMBO_ENVIRONMENT_COPIES_GB: "machine",
  TEMBO_WAITING_HARNESSES: "machine",
  TEMBO_COMMENT_SETTLE_SECONDS: "installation",
  TEMBO_PRIVATE_HOSTS: "installation",
  TEMBO_EGRESS_PRIVATE_HOSTS: "installation",
  TEMBO_TRUSTED_PROXIES: "machine",
  TEMBO_ALLOWED_HOSTS: "machine",
  TEMBO_PREVIEW_DOMAIN: "installation",
  TEMBO_PREVIEW_SHARE_HOURS: "machine",
  TEMBO_MASTER_KEY_FILE: "machine",
  TEMBO_PRICES_FILE: "machine",
  TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: "machine",
  TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE: "machine",
  TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: "machine",
  TEMBO_LOG_LEVEL: "machine",
  TEMBO_METRICS: "machine",
  TEMBO_METRICS_TOKEN: "machine",
  TEMBO_TRACES_URL: "machine",
  TEMBO_HARNESS_SEED_DIR: "machine",
  TEMBO_STRICT_SETTINGS: "machine",
  XDG_DATA_HOME: "machine",
  TEMBO_API_KEY: "client",
  TEMBO_BASE_URL: "client",
  TEMBO_PROFILE: "client",
} as const satisfies Record<string, Scope>;

export type VariableName = keyof typeof ownVariables;

/** All variables of the product. */
export const knownVariables: readonly string[] = [
  ...Object.keys(ownVariables),
  ...blobVariables,
  ...providerVariables,
];

/**
 * Variables that a machine receives when it joins. It also receives the URL of the database, the public URL and the master
 * key, which may differ from those of the server's own environment.
 */
export const sharedVariables: readonly string[] = [
  ...Object.entries(ownVariables).flatMap(([name, scope]) => (scope === "installation" ? [name] : [])),
  ...blobVariables,
  ...providerVariables,
];
