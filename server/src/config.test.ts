import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { modelProviders } from "./broker/model/provider/plug-ins.ts";
import { type Environment, parseConfig } from "./config.ts";
import { knownVariables, sharedVariables } from "./config-variables.ts";
import { AppError } from "./core/base/index.ts";

const root = { isRoot: true, homeDir: "/root", cpuCount: 2 };
const person = { isRoot: false, homeDir: "/home/ada", cpuCount: 2 };

function messageFor(env: Environment): string {
  try {
    parseConfig(env, root);
  } catch (cause) {
    assert.ok(cause instanceof AppError);
    assert.equal(cause.code, "invalid_input");
    return cause.message;
  }
  return "";
}

const serviceAccountJson = JSON.stringify({
  client_email: "tembo@project.example",
  project_id: "project",
  private_key: "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n",
});

test("returns deeply frozen defaults for an empty environment", () => {
  const config = parseConfig({}, root);
  assert.deepEqual(config, {
    host: "127.0.0.1",
    port: 3000,
    dataDir: "/var/lib/tembo",
    publicUrl: null,
    serverAddress: null,
    databaseUrl: null,
    workerDatabaseUrl: null,
    shared: {},
    blobs: { kind: "folder", sharedPath: null },
    bootstrapApiKey: null,
    workerConcurrency: 4,
    workerLabels: [],
    defaultAgent: "claudeCode:claude-opus-4-5",
    turnLimitMs: 21_600_000,
    drainMs: 600_000,
    fillsCompileCaches: true,
    keepAliveMs: 600_000,
    keepAliveBytes: null,
    workspaceDays: 7,
    auditRetentionDays: 400,
    sessionRetentionDays: 0,
    sandbox: "bubblewrap",
    allowsContainers: true,
    sandboxUidBase: 700_000,
    sandboxRootUidBase: 1_900_000_000,
    sandboxDiskBytes: 20 * 1024 ** 3,
    layerCacheBytes: 50 * 1024 ** 3,
    environmentCopiesBytes: 20 * 1024 ** 3,
    waitingHarnesses: 1,
    sandboxFiles: 2_000_000,
    sandboxProcesses: 4_096,
    commentSettleMs: 10_000,
    privateHosts: [],
    trustedProxies: [],
    allowedHosts: [],
    previewDomain: null,
    maxPreviewShareMs: 7 * 24 * 3_600_000,
    masterKeyFile: "/var/lib/tembo/master.key",
    pricesFile: null,
    rateLimitPerKeyPerMinute: 600,
    rateLimitPerSignInPerMinute: 1_000,
    rateLimitPerOrganizationPerHour: 50_000,
    logLevel: "info",
    metrics: null,
    metricsToken: null,
    tracesUrl: null,
    harnessSeedDir: null,
    isStrict: false,
    warnings: [],
    providers: {
      anthropic: { credential: null, addresses: { baseUrl: "https://api.anthropic.com" } },
      openai: { credential: null, addresses: { baseUrl: "https://api.openai.com" } },
      gemini: { credential: null, addresses: { baseUrl: "https://generativelanguage.googleapis.com" } },
      openrouter: { credential: null, addresses: { baseUrl: "https://openrouter.ai/api" } },
      bedrock: { credential: null, addresses: { baseUrl: null } },
      vertex: {
        credential: null,
        addresses: { baseUrl: null, tokenUrl: "https://oauth2.googleapis.com/token" },
      },
    },
  });
  for (const part of [config, config.providers, ...Object.values(config.providers)]) {
    assert.ok(Object.isFrozen(part));
  }
});

test("reads every variable and treats an empty one as unset", () => {
  const env = {
    HOST: "0.0.0.0",
    PORT: "0",
    TEMBO_DATA_DIR: "/srv//tembo/",
    TEMBO_WORKER_DATABASE_URL: "postgresql://db.example/tembo",
    TEMBO_PUBLIC_URL: "https://tembo.example.com/",
    TEMBO_SERVER_ADDRESS: "http://10.0.0.5:3000/",
    DATABASE_URL: "postgresql:///tembo?host=/run/postgresql",
    TEMBO_BOOTSTRAP_API_KEY: "twenty-four-letters-long",
    TEMBO_WORKER_CONCURRENCY: "256",
    TEMBO_WORKER_LABELS: "pool=office, gpu,arch=arm64,gpu",
    TEMBO_DEFAULT_AGENT: "opencode:anthropic/claude-haiku-4.5:openrouter",
    TEMBO_TURN_LIMIT_MINUTES: "0.05",
    TEMBO_DRAIN_MINUTES: "0.5",
    TEMBO_COMPILE_CACHE: "off",
    TEMBO_KEEP_ALIVE_MINUTES: "0",
    TEMBO_KEEP_ALIVE_MEMORY_MB: "2",
    TEMBO_WORKSPACE_DAYS: "0",
    TEMBO_AUDIT_RETENTION_DAYS: "30",
    TEMBO_SESSION_RETENTION_DAYS: "90",
    TEMBO_SANDBOX: "unsafe-local",
    TEMBO_CONTAINERS: "refused",
    TEMBO_SANDBOX_UID_BASE: "100000",
    TEMBO_SANDBOX_DISK_GB: "2",
    TEMBO_SANDBOX_MAX_FILES: "1000",
    TEMBO_SANDBOX_MAX_PROCESSES: "64",
    TEMBO_LAYER_CACHE_GB: "3",
    TEMBO_ENVIRONMENT_COPIES_GB: "0",
    TEMBO_WAITING_HARNESSES: "0",
    TEMBO_SANDBOX_ROOT_UID_BASE: "500000000",
    TEMBO_COMMENT_SETTLE_SECONDS: "3",
    TEMBO_PRIVATE_HOSTS: "git.corp.example",
    TEMBO_EGRESS_PRIVATE_HOSTS: "Registry.corp.example:443, 10.0.0.7,[fd00::1]:80",
    TEMBO_TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8,fd00::/8",
    TEMBO_ALLOWED_HOSTS: "Tembo.internal, *.corp.example",
    TEMBO_PREVIEW_DOMAIN: "Preview.example.net",
    TEMBO_PREVIEW_SHARE_HOURS: "0",
    TEMBO_MASTER_KEY_FILE: "/etc/tembo/key",
    TEMBO_PRICES_FILE: "/etc/tembo/prices.json",
    TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: "0",
    TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE: "0",
    TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: "7",
    TEMBO_LOG_LEVEL: "warn",
    TEMBO_METRICS: "[::]:9464",
    TEMBO_METRICS_TOKEN: "a-token-with-enough-characters",
    TEMBO_TRACES_URL: "http://127.0.0.1:4318/",
    TEMBO_HARNESS_SEED_DIR: "/opt/harnesses",
    TEMBO_STRICT_SETTINGS: "1",
    TEMBO_BLOBS: "s3://blobs/a//b/",
    TEMBO_S3_ENDPOINT: "http://10.0.0.5:9000/",
    TEMBO_S3_REGION: "eu-1",
    TEMBO_S3_PATH_STYLE: "0",
    TEMBO_S3_ACCESS_KEY_ID: "id",
    TEMBO_S3_SECRET_ACCESS_KEY: "secret",
    ANTHROPIC_API_KEY: "key-a",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:4000/anthropic/",
    OPENAI_API_KEY: "key-o",
    GEMINI_BASE_URL: "",
    OPENROUTER_API_KEY: "key-r",
    OPENROUTER_BASE_URL: "http://127.0.0.1:4000/router/",
    AWS_BEDROCK_ACCESS_KEY_ID: "AKIA",
    AWS_BEDROCK_SECRET_ACCESS_KEY: "secret",
    AWS_BEDROCK_REGION: "eu-west-3",
    AWS_BEDROCK_BASE_URL: "https://vpce.example/",
    GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON: serviceAccountJson,
    GCP_VERTEX_AI_PROJECT: "other-project",
    GCP_VERTEX_AI_LOCATION: "us-east5",
    GCP_VERTEX_AI_BASE_URL: "http://127.0.0.1:4001",
    GCP_VERTEX_AI_TOKEN_URL: "http://127.0.0.1:4001/token",
  };
  const { shared, ...config } = parseConfig(env, root);
  const expected = Object.entries(env).filter(
    ([name, value]) => sharedVariables.includes(name) && value !== "",
  );
  assert.deepEqual(shared, Object.fromEntries(expected));
  assert.deepEqual(config, {
    host: "0.0.0.0",
    port: 0,
    dataDir: "/srv/tembo",
    publicUrl: "https://tembo.example.com",
    serverAddress: "http://10.0.0.5:3000",
    databaseUrl: "postgresql:///tembo?host=/run/postgresql",
    workerDatabaseUrl: "postgresql://db.example/tembo",
    blobs: {
      kind: "s3",
      bucket: "blobs",
      prefix: "a/b",
      endpoint: "http://10.0.0.5:9000",
      region: "eu-1",
      isPathStyle: false,
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    },
    bootstrapApiKey: "twenty-four-letters-long",
    workerConcurrency: 256,
    workerLabels: ["arch=arm64", "gpu", "pool=office"],
    defaultAgent: "opencode:anthropic/claude-haiku-4.5:openrouter",
    turnLimitMs: 3_000,
    drainMs: 30_000,
    fillsCompileCaches: false,
    keepAliveMs: 0,
    keepAliveBytes: 2 * 1024 ** 2,
    workspaceDays: 0,
    auditRetentionDays: 30,
    sessionRetentionDays: 90,
    sandbox: "unsafe-local",
    allowsContainers: false,
    sandboxUidBase: 100_000,
    sandboxRootUidBase: 500_000_000,
    sandboxDiskBytes: 2 * 1024 ** 3,
    layerCacheBytes: 3 * 1024 ** 3,
    environmentCopiesBytes: 0,
    waitingHarnesses: 0,
    sandboxFiles: 1_000,
    sandboxProcesses: 64,
    commentSettleMs: 3_000,
    privateHosts: ["git.corp.example", "registry.corp.example:443", "10.0.0.7", "[fd00::1]:80"],
    trustedProxies: ["127.0.0.1", "10.0.0.0/8", "fd00::/8"],
    allowedHosts: ["tembo.internal", "*.corp.example"],
    previewDomain: "preview.example.net",
    maxPreviewShareMs: 0,
    masterKeyFile: "/etc/tembo/key",
    pricesFile: "/etc/tembo/prices.json",
    rateLimitPerKeyPerMinute: 0,
    rateLimitPerSignInPerMinute: 0,
    rateLimitPerOrganizationPerHour: 7,
    logLevel: "warn",
    metrics: { host: "::", port: 9464 },
    metricsToken: "a-token-with-enough-characters",
    tracesUrl: "http://127.0.0.1:4318",
    harnessSeedDir: "/opt/harnesses",
    isStrict: true,
    warnings: [
      "TEMBO_EGRESS_PRIVATE_HOSTS was renamed to TEMBO_PRIVATE_HOSTS, which applies to all requests that the server sends. Rename the variable, because the next release ignores the old name.",
    ],
    providers: {
      anthropic: {
        credential: { apiKey: "key-a" },
        addresses: { baseUrl: "http://127.0.0.1:4000/anthropic" },
      },
      openai: { credential: { apiKey: "key-o" }, addresses: { baseUrl: "https://api.openai.com" } },
      gemini: { credential: null, addresses: { baseUrl: "https://generativelanguage.googleapis.com" } },
      openrouter: {
        credential: { apiKey: "key-r" },
        addresses: { baseUrl: "http://127.0.0.1:4000/router" },
      },
      bedrock: {
        credential: { accessKeyId: "AKIA", secretAccessKey: "secret", region: "eu-west-3" },
        addresses: { baseUrl: "https://vpce.example" },
      },
      vertex: {
        credential: {
          serviceAccountJson,
          project: "other-project",
          location: "us-east5",
        },
        addresses: { baseUrl: "http://127.0.0.1:4001", tokenUrl: "http://127.0.0.1:4001/token" },
      },
    },
  });
});

test("defaults the data folder to the XDG data folder for a user other than root", () => {
  assert.equal(parseConfig({}, person).dataDir, "/home/ada/.local/share/tembo");
  assert.equal(parseConfig({ XDG_DATA_HOME: "/data" }, person).dataDir, "/data/tembo");
  assert.equal(parseConfig({ XDG_DATA_HOME: "data" }, person).dataDir, "/home/ada/.local/share/tembo");
});

test("rejects ranges of user IDs that overlap", () => {
  const check = (sessions: number, root: number) =>
    parseConfig(
      { TEMBO_SANDBOX_UID_BASE: String(sessions), TEMBO_SANDBOX_ROOT_UID_BASE: String(root) },
      { isRoot: true, homeDir: "/root" },
    );
  const message =
    /TEMBO_SANDBOX_ROOT_UID_BASE must leave .* 1900000000 to 2034217727, apart from 1900000000 to 1900265535/;
  assert.throws(() => check(1_900_000_000, 1_900_000_000), { code: "invalid_input", message });
  for (const sessions of [1_900_000_000 - 265_535, 2_000_000_000])
    assert.throws(() => check(sessions, 1_900_000_000), { code: "invalid_input" });
  check(1_900_000_000 - 265_536, 1_900_000_000);
  check(700_000 + 134_217_728, 700_000);
});

test("reports all invalid variables together, each with a fix", () => {
  const bad: Record<string, [string, RegExp]> = {
    HOST: ["a b", /host name or an IP address/],
    PORT: ["65536", /whole number from 0 to 65535/],
    TEMBO_DATA_DIR: ["data", /absolute path/],
    TEMBO_PUBLIC_URL: ["ftp://x", /http:\/\/\.\.\. or https/],
    TEMBO_SERVER_ADDRESS: ["10.0.0.5:3000", /http:\/\/\.\.\. or https/],
    DATABASE_URL: ["mysql://x", /postgresql:\/\/user/],
    TEMBO_WORKER_DATABASE_URL: ["mysql://x", /postgresql:\/\/user/],
    TEMBO_BOOTSTRAP_API_KEY: ["short", /24 to 200 visible ASCII/],
    TEMBO_WORKER_CONCURRENCY: ["0", /from 1 to 256/],
    TEMBO_WORKER_LABELS: ["gpu,Big GPU", /labels such as gpu or arch=arm64/],
    TEMBO_DEFAULT_AGENT: ["a:b:c:d", /harness:model/],
    TEMBO_TURN_LIMIT_MINUTES: ["0", /greater than 0/],
    TEMBO_DRAIN_MINUTES: ["1441", /from 0 to 1440/],
    TEMBO_COMPILE_CACHE: ["no", /one of on, off/],
    TEMBO_KEEP_ALIVE_MINUTES: ["1441", /from 0 to 1440/],
    TEMBO_KEEP_ALIVE_MEMORY_MB: ["-1", /whole number/],
    TEMBO_WORKSPACE_DAYS: ["0.5", /whole number/],
    TEMBO_AUDIT_RETENTION_DAYS: ["a year", /whole number/],
    TEMBO_SESSION_RETENTION_DAYS: ["-1", /whole number/],
    TEMBO_CONTAINERS: ["off", /one of allowed, refused/],
    TEMBO_SANDBOX: ["docker", /one of bubblewrap, runsc, unsafe-local/],
    TEMBO_SANDBOX_UID_BASE: ["65534", /from 65536/],
    TEMBO_SANDBOX_ROOT_UID_BASE: ["65534", /from 65536/],
    TEMBO_SANDBOX_DISK_GB: ["0", /from 1 to/],
    TEMBO_LAYER_CACHE_GB: ["0", /from 1 to/],
    TEMBO_ENVIRONMENT_COPIES_GB: ["-1", /from 0 to/],
    TEMBO_WAITING_HARNESSES: ["101", /from 0 to/],
    TEMBO_PRIVATE_HOSTS: ["a b", /host or host:port/],
    TEMBO_EGRESS_PRIVATE_HOSTS: ["http://x", /host or host:port/],
    TEMBO_SANDBOX_MAX_FILES: ["1", /from 1000/],
    TEMBO_SANDBOX_MAX_PROCESSES: ["1", /from 64/],
    TEMBO_COMMENT_SETTLE_SECONDS: ["601", /to 600/],
    TEMBO_TRUSTED_PROXIES: ["10.0.0.0/33", /networks such as/],
    TEMBO_ALLOWED_HOSTS: ["tembo.example:443", /without ports/],
    TEMBO_PREVIEW_DOMAIN: ["10.0.0.1", /domain name without a port/],
    TEMBO_PREVIEW_SHARE_HOURS: ["721", /to 720/],
    TEMBO_MASTER_KEY_FILE: ["key", /absolute path/],
    TEMBO_PRICES_FILE: ["prices", /absolute path/],
    TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: ["-1", /whole number/],
    TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: ["many", /whole number/],
    TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE: ["-1", /from 0/],
    TEMBO_LOG_LEVEL: ["loud", /one of trace, debug, info/],
    TEMBO_METRICS: ["on", /use off, a port such as 9464, or an address/],
    TEMBO_METRICS_TOKEN: ["short", /24 to 200 visible/],
    TEMBO_TRACES_URL: ["localhost:4318", /plain URL/],
    TEMBO_HARNESS_SEED_DIR: ["./h", /absolute path/],
    TEMBO_STRICT_SETTINGS: ["yes", /one of 0, 1/],
    TEMBO_BLOBS: ["gs://bucket", /folder, s3:\/\/bucket\/prefix/],
    TEMBO_S3_ENDPOINT: ["localhost", /plain URL/],
    TEMBO_S3_REGION: ["Virginia", /us-east-1/],
    TEMBO_S3_PATH_STYLE: ["yes", /one of 0, 1/],
    TEMBO_S3_ACCESS_KEY_ID: ["AKIA", /requires TEMBO_S3_SECRET_ACCESS_KEY/],
    TEMBO_S3_SECRET_ACCESS_KEY: ["a b", /set only the key/],
    ANTHROPIC_API_KEY: ["key\n", /set only the key/],
    ANTHROPIC_BASE_URL: ["localhost", /plain URL/],
    OPENAI_API_KEY: ["a b", /set only the key/],
    OPENAI_BASE_URL: ["https://x/?q=1", /plain URL/],
    GEMINI_API_KEY: ["ü", /set only the key/],
    GEMINI_BASE_URL: ["https://x/#y", /plain URL/],
    OPENROUTER_API_KEY: ["a b", /set only the key/],
    OPENROUTER_BASE_URL: ["openrouter.ai", /plain URL/],
    AWS_BEDROCK_ACCESS_KEY_ID: ["AKIA", /requires AWS_BEDROCK_SECRET_ACCESS_KEY/],
    AWS_BEDROCK_SECRET_ACCESS_KEY: ["a b", /set only the key/],
    AWS_BEDROCK_REGION: ["virginia", /us-east-1/],
    AWS_BEDROCK_BASE_URL: ["vpce", /plain URL/],
    GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON: ["{}", /"client_email" and "private_key"/],
    GCP_VERTEX_AI_PROJECT: ["../x", /Google Cloud project/],
    GCP_VERTEX_AI_LOCATION: ["x/y", /global or us-east5/],
    GCP_VERTEX_AI_BASE_URL: ["vertex", /plain URL/],
    GCP_VERTEX_AI_TOKEN_URL: ["token", /plain URL/],
  };
  const message = messageFor(Object.fromEntries(Object.entries(bad).map(([name, [value]]) => [name, value])));
  const parts = message.replace("Invalid settings in the environment: ", "").split("; ");
  for (const [name, [, fix]] of Object.entries(bad)) {
    const part = parts.find((text) => text.startsWith(`${name} `));
    assert.ok(part, `the error names ${name}`);
    assert.match(part, fix);
  }
  const neverBad = ["XDG_DATA_HOME", "TEMBO_API_KEY", "TEMBO_BASE_URL", "TEMBO_PROFILE"];
  assert.deepEqual(Object.keys(bad).sort(), knownVariables.filter((name) => !neverBad.includes(name)).sort());
});

test("rejects numbers that are malformed or out of range", () => {
  for (const value of ["-1", "1.5", "0x10", "1e3", " 80", "NaN", "99999999999"]) {
    assert.match(messageFor({ PORT: value }), /^Invalid settings .*PORT is /, value);
  }
  for (const value of ["-1", "Infinity", "0.0", "10081", "1m"]) {
    assert.match(messageFor({ TEMBO_TURN_LIMIT_MINUTES: value }), /TEMBO_TURN_LIMIT_MINUTES is /, value);
  }
});

test("warns about an unknown TEMBO_ variable with the nearest known name, and fails only in strict mode", () => {
  const warningsFor = (env: Environment) => parseConfig(env, root).warnings;
  assert.deepEqual(warningsFor({ TEMBO_LOGLEVEL: "info" }), [
    "TEMBO_LOGLEVEL is not a setting: did you mean TEMBO_LOG_LEVEL? Rename or unset it. The server ignores it.",
  ]);
  assert.match(warningsFor({ TEMBO_DATADIR: "/x" })[0]!, /did you mean TEMBO_DATA_DIR\?/);
  assert.deepEqual(
    warningsFor({ TEMBO_LOGLEVEL: "", EDITOR: "vi", TEMBO_API_KEY: "x", TEMBO_BASE_URL: "y" }),
    [],
  );
  assert.match(
    messageFor({ TEMBO_LOGLEVEL: "info", TEMBO_STRICT_SETTINGS: "1" }),
    /TEMBO_LOGLEVEL is not a setting: did you mean TEMBO_LOG_LEVEL\?/,
  );
});

test("ignores the service variables that Kubernetes sets for a service named tembo", () => {
  const links = {
    TEMBO_SERVICE_HOST: "10.0.0.1",
    TEMBO_SERVICE_PORT: "3000",
    TEMBO_SERVICE_PORT_HTTP: "3000",
    TEMBO_PORT: "tcp://10.0.0.1:3000",
    TEMBO_PORT_3000_TCP: "tcp://10.0.0.1:3000",
    TEMBO_PORT_3000_TCP_PROTO: "tcp",
    TEMBO_PORT_3000_TCP_PORT: "3000",
    TEMBO_PORT_3000_TCP_ADDR: "10.0.0.1",
    TEMBO_WORKERS_SERVICE_HOST: "10.0.0.2",
    TEMBO_WORKERS_PORT: "tcp://10.0.0.2:3000",
  };
  assert.deepEqual(parseConfig({ ...links, TEMBO_STRICT_SETTINGS: "1" }, root).warnings, []);
  // Control: a value that a user set is still reported.
  assert.match(parseConfig({ TEMBO_PORT: "3001" }, root).warnings[0]!, /TEMBO_PORT is not a setting/);
});

test("does not reveal secrets in errors", () => {
  const message = messageFor({
    DATABASE_URL: "mysql://u:hunter2@db/x",
    TEMBO_BOOTSTRAP_API_KEY: "hunter2",
    ANTHROPIC_API_KEY: "hunter2 ",
    OPENAI_BASE_URL: "https://u:hunter2@x",
    TEMBO_PUBLIC_URL: "https://u:hunter2@x",
    TEMBO_SECRET: "hunter2",
    TEMBO_STRICT_SETTINGS: "1",
  });
  assert.ok(
    message.includes("OPENAI_BASE_URL") && message.includes("TEMBO_SECRET"),
    "control: the error names the variables",
  );
  assert.ok(!message.includes("hunter2"));
});

test("rejects a data folder that is the root folder or too long for a Unix socket", () => {
  const longest = `/${"d".repeat(63)}`;
  assert.equal(parseConfig({ TEMBO_DATA_DIR: longest }, root).dataDir, longest);
  assert.match(messageFor({ TEMBO_DATA_DIR: `${longest}d` }), /1 bytes too long.*at most 64 bytes/);
  assert.match(messageFor({ TEMBO_DATA_DIR: "/x/.." }), /root folder/);
});

test("parses the address of the metrics, and requires a token if other machines can reach it", () => {
  const parse = (TEMBO_METRICS: string, more = {}) => parseConfig({ TEMBO_METRICS, ...more }, root).metrics;
  assert.equal(parse("off"), null);
  assert.deepEqual(parse("9464"), { host: "127.0.0.1", port: 9464 });
  for (const [text, host] of [
    ["127.0.0.2:0", "127.0.0.2"],
    ["localhost:0", "localhost"],
    ["[::1]:0", "::1"],
  ])
    assert.deepEqual(parse(text!), { host, port: 0 });
  for (const text of [
    "0.0.0.0:9464",
    "[::]:9464",
    "10.0.0.5:9464",
    "tembo.example:9464",
    "127.tembo.example:1",
  ]) {
    assert.match(messageFor({ TEMBO_METRICS: text }), /other machines: set TEMBO_METRICS_TOKEN/, text);
    assert.equal(
      parse(text, { TEMBO_METRICS_TOKEN: "t".repeat(24) })?.port,
      Number(text.split(":").at(-1)),
      "control",
    );
  }
  for (const text of ["65536", "127.0.0.1", ":9464", "http://127.0.0.1:9464", "[x]:1"])
    assert.match(messageFor({ TEMBO_METRICS: text }), /TEMBO_METRICS is .*: use off/, text);
});

test("docs/reference/config.md lists exactly the variables that the code defines, with their defaults", async () => {
  const page = await readFile(new URL("../../docs/reference/config.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([A-Z_0-9]+)` +\| (.*?) +\| (.+?) +\|$/gm)];
  assert.deepEqual(rows.map((row) => row[1]).sort(), [...knownVariables].sort());
  const defaults = new Map(rows.map((row) => [row[1], row[2] ?? ""]));
  const config = parseConfig({}, root);
  const expected: Record<string, string | number> = {
    HOST: config.host,
    PORT: config.port,
    TEMBO_DATA_DIR: config.dataDir,
    TEMBO_DEFAULT_AGENT: config.defaultAgent,
    TEMBO_TURN_LIMIT_MINUTES: config.turnLimitMs / 60_000,
    TEMBO_SANDBOX: config.sandbox,
    TEMBO_COMPILE_CACHE: config.fillsCompileCaches ? "on" : "off",
    TEMBO_CONTAINERS: config.allowsContainers ? "allowed" : "refused",
    TEMBO_SANDBOX_UID_BASE: config.sandboxUidBase,
    TEMBO_SANDBOX_ROOT_UID_BASE: config.sandboxRootUidBase,
    TEMBO_SANDBOX_DISK_GB: config.sandboxDiskBytes / 1024 ** 3,
    TEMBO_SANDBOX_MAX_FILES: config.sandboxFiles,
    TEMBO_SANDBOX_MAX_PROCESSES: config.sandboxProcesses,
    TEMBO_LAYER_CACHE_GB: config.layerCacheBytes / 1024 ** 3,
    TEMBO_ENVIRONMENT_COPIES_GB: config.environmentCopiesBytes / 1024 ** 3,
    TEMBO_WAITING_HARNESSES: config.waitingHarnesses,
    TEMBO_COMMENT_SETTLE_SECONDS: config.commentSettleMs / 1_000,
    TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: config.rateLimitPerKeyPerMinute,
    TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE: config.rateLimitPerSignInPerMinute,
    TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: config.rateLimitPerOrganizationPerHour,
    TEMBO_LOG_LEVEL: config.logLevel,
    TEMBO_METRICS: config.metrics === null ? "off" : "on",
    ...providerDefaults(),
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(defaults.get(name)?.includes(`\`${value}\``), `${name}: ${value}`);
  }
});

/** Returns the defaults of the variables that model provider plug-ins define. */
function providerDefaults(): Record<string, string> {
  const defaults = modelProviders.flatMap(({ credential, addresses }) =>
    [...credential.fields, ...Object.values(addresses)].map(({ variable, fallback }) => [variable, fallback]),
  );
  return Object.fromEntries(defaults.filter(([, fallback]) => fallback != null));
}

test("parses the place of blobs", () => {
  const parse = (env: Record<string, string>) => parseConfig(env, root).blobs;
  assert.deepEqual(parse({}), { kind: "folder", sharedPath: null });
  assert.deepEqual(parse({ TEMBO_BLOBS: "file:///mnt/blobs" }), { kind: "folder", sharedPath: "/mnt/blobs" });
  assert.match(messageFor({ TEMBO_BLOBS: "file://mnt" }), /TEMBO_BLOBS .*absolute/);
  assert.deepEqual(parse({ TEMBO_BLOBS: "s3://tembo-blobs" }), {
    ...{ kind: "s3", bucket: "tembo-blobs", prefix: "", endpoint: null, region: "us-east-1" },
    ...{ isPathStyle: false, credentials: null },
  });
  const own = { TEMBO_BLOBS: "s3://blobs", TEMBO_S3_ENDPOINT: "http://10.0.0.5:9000" };
  assert.equal((parse(own) as { isPathStyle?: boolean }).isPathStyle, true);
  for (const place of ["s3://", "s3://B", "s3://bucket/../x", "s3://bucket/a b", "bucket"])
    assert.match(messageFor({ TEMBO_BLOBS: place }), /TEMBO_BLOBS is not a place for blobs/);
});
