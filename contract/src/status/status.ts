import { z } from "zod";
import { timestamp, uuid } from "../common.ts";

const count = z.int().min(0);
const bytes = z.number().min(0);

/** A process of the installation that serves the API, runs turns, or both. */
export const statusProcess = z.strictObject({
  id: uuid,
  host: z.string().nullable(),
  machineId: uuid.nullable(),
  roles: z.array(z.enum(["server", "worker"])).max(2),
  state: z
    .enum(["running", "draining", "lost"])
    .describe(
      "`draining`: the worker takes no further turns. `lost`: the process sends no heartbeats. Its row disappears once another worker has taken over its turns.",
    ),
  version: z.string().nullable().describe("Version of Tembo. Null for a process before 0.2.0."),
  newestMigration: z
    .string()
    .nullable()
    .describe("Newest migration that the process knows. It differs between versions with different schemas."),
  startedAt: timestamp,
  heartbeatAt: timestamp,
});
export type StatusProcess = z.infer<typeof statusProcess>;

/** A machine with at least one process that is not lost. */
export const statusMachine = z.strictObject({
  id: uuid,
  host: z.string().nullable(),
  labels: z.array(z.string()),
  turns: count.describe("Turns that the machine has."),
  turnLimit: count.describe("Turns that its running workers can have at a time."),
  memoryBytes: bytes.nullable().describe("Memory of the machine. Null if it has no worker."),
  reservedMemoryBytes: bytes.describe("Memory that its turns may use."),
  freeDiskBytes: bytes
    .nullable()
    .describe("Free space for the data folder, at most a minute old. Null if no process has reported it."),
});
export type StatusMachine = z.infer<typeof statusMachine>;

/** A queue of the engine, summed over all machines. */
export const statusEngineQueue = z.strictObject({
  name: z.string(),
  waiting: count,
  running: count,
});
export type StatusEngineQueue = z.infer<typeof statusEngineQueue>;

export const statusStorage = z.strictObject({
  blobs: z.enum(["dataFolder", "sharedFolder", "s3"]),
  database: z.enum(["embedded", "external"]),
  databaseBytes: bytes.describe("Size of the whole database, including tables of other applications."),
});
export type StatusStorage = z.infer<typeof statusStorage>;

export const statusMasterKey = z.strictObject({
  source: z
    .enum(["dataFolder", "file"])
    .describe(
      "`dataFolder`: the default file in the data folder. `file`: the file of TEMBO_MASTER_KEY_FILE.",
    ),
  id: z.string().nullable().describe("ID of the current key, which does not reveal the key."),
});
export type StatusMasterKey = z.infer<typeof statusMasterKey>;

/** State of the installation that all its organizations share. */
export const statusInstallation = z.strictObject({
  newestMigration: z.string().nullable().describe("Newest migration of the database."),
  processes: z.array(statusProcess).max(500),
  machines: z.array(statusMachine).max(500),
  engineQueues: z.array(statusEngineQueue).max(50),
  storage: statusStorage,
  masterKey: statusMasterKey,
});
export type StatusInstallation = z.infer<typeof statusInstallation>;

export const statusTurns = z.strictObject({
  waiting: count.describe("Turns that wait for a machine."),
  placed: count.describe("Turns that have a machine, which has not begun them."),
  running: count,
  longestWaitSeconds: z
    .number()
    .min(0)
    .nullable()
    .describe("Age of the turn that has waited longest for a machine. Null if none waits."),
});
export type StatusTurns = z.infer<typeof statusTurns>;

export const statusWebhookDeliveries = z.strictObject({
  waiting: count.describe("At most 10,000."),
  failed: count.describe("Deliveries of the last 24 hours that failed. At most 10,000."),
});
export type StatusWebhookDeliveries = z.infer<typeof statusWebhookDeliveries>;

/** Credential of the organization's sessions for a model provider. Never contains the credential itself. */
export const statusModelKey = z.strictObject({
  provider: z.string(),
  label: z.string(),
  source: z
    .enum(["organization", "server"])
    .nullable()
    .describe("Owner of the credential that sessions use. Null if there is none."),
  rejectedAt: timestamp
    .nullable()
    .describe(
      "Time of the organization's last turn with this provider, if the provider rejected its credential. Considers only recent sessions.",
    ),
});
export type StatusModelKey = z.infer<typeof statusModelKey>;

export const status = z.strictObject({
  version: z.string().describe("Version of the server that sent this response."),
  checkedAt: timestamp,
  scope: z
    .enum(["installation", "organization"])
    .describe(
      "`installation` for admins of the installation's first organization, to which the operator's API key belongs. Turns and webhook deliveries then count for all organizations.",
    ),
  turns: statusTurns,
  webhookDeliveries: statusWebhookDeliveries,
  modelKeys: z.array(statusModelKey).max(100).describe("Model providers of the caller's organization."),
  installation: statusInstallation
    .nullable()
    .describe("Null with the scope `organization`, because other organizations share it."),
});
export type Status = z.infer<typeof status>;
