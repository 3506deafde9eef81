import type { BlobQueries } from "./blob/blob-queries.ts";
import type { BlobSweep, Blobs } from "./blob/blobs.ts";
import type { Clock } from "./clock.ts";
import type { Cron } from "./cron.ts";
import type { Engine } from "./engine/engine.ts";
import type { IdempotencyQueries } from "./idempotency-store.ts";
import type { Logger } from "./logger.ts";
import type { LogMask } from "./mask/log-mask.ts";
import type { Measure } from "./measurement.ts";
import type { Trace } from "./span.ts";
import type { Vault } from "./vault.ts";

export interface BaseQueries {
  readonly idempotency: IdempotencyQueries;
  readonly blobs: BlobQueries;
}

export interface BaseSettings {
  /** URL without a trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
}

/**
 * Ports that every module may use. Each module adds its own ports and store groups to those of the modules below it.
 */
export interface BasePorts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly cron: Cron;
  readonly log: Logger;
  readonly logMask: LogMask;
  readonly measure: Measure;
  readonly trace: Trace;
  readonly vault: Vault;
  readonly blobs: Blobs;
  readonly blobSweep: BlobSweep;
  readonly settings: BaseSettings;
}
