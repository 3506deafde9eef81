/**
 * Foundation of every module: errors, IDs, time, masking and the durable engine. Other modules and adapters import only
 * this file.
 */
export type { BlobPlacement, FolderPlacement, S3Placement } from "./blob/blob-placement.ts";
export type { BlobRecord } from "./blob/blob-queries.ts";
export type { BlobKind, BlobPlace, BlobRef, BlobSweep, Blobs } from "./blob/blobs.ts";
export { loadRowBytes, maxBytesInRow, type RowBytes, readBlob, storeRowBytes } from "./blob/row-bytes.ts";
export { type Clock, systemClock } from "./clock.ts";
export type { Cron } from "./cron.ts";
export { derivedId } from "./derived-id.ts";
export type { Engine } from "./engine/engine.ts";
export { type Job, jobName } from "./engine/job.ts";
export { type JobTools, type Kept, withLimit } from "./engine/job-tools.ts";
export { type Answer, runWithRetries } from "./engine/run-with-retries.ts";
export { dayMs, hourMs, isOverdue, minuteMs, slotOf } from "./engine/slot.ts";
export type { WorkRepair, WorkWatch } from "./engine/work-watch.ts";
export { WorkerLease, workerLeaseMs } from "./engine/worker-lease.ts";
export type { Membership, WorkerMachine, WorkerRegistry } from "./engine/worker-registry.ts";
export {
  AppError,
  asSentence,
  type ErrorCode,
  reason,
  rootReason,
  withReason,
  withStartReason,
} from "./errors.ts";
export { firstRunTime } from "./first-run-time.ts";
export { hashJson } from "./hash-json.ts";
export type { KeyedRequest } from "./idempotency-store.ts";
export { isId, newId, timeOfId } from "./ids.ts";
export { limitRepeats } from "./limit-repeats.ts";
export { type Logger, withFields } from "./logger.ts";
export { createMachineToken, isMachineToken, type TokenParts } from "./machine-token.ts";
export { createLogMask, type LogMask } from "./mask/log-mask.ts";
export { createMasker, type Masker, type NamedValue, type TextMasker } from "./mask/mask.ts";
export { maskUrl } from "./mask/mask-url.ts";
export { minMaskedCharacters, secretForms } from "./mask/secret-forms.ts";
export { ignoreMeasurements, type Measure, type Measurement, type StartPhase } from "./measurement.ts";
export { normalizeLabels } from "./normalize-labels.ts";
export type { CursorPage, NumberedPage, Page } from "./page.ts";
export { paths } from "./paths.ts";
export type { BasePorts, BaseQueries, BaseSettings } from "./ports.ts";
export { refuseNul } from "./refuse-nul.ts";
export type { RequestOrigin, RequestSender } from "./request-origin.ts";
export { retryAfterMs } from "./retry-after.ts";
export {
  formatTraceparent,
  ignoreSpans,
  newSpanId,
  newTraceId,
  parseTraceparent,
  type Span,
  type SpanContext,
  type Trace,
} from "./span.ts";
export type { OpenTransaction } from "./transaction.ts";
export type { TurnLease } from "./turn-lease.ts";
export {
  explainFailedChown,
  idsOfRoot,
  overlap,
  problemOfBases,
  rootSandboxes,
  type UserIdBases,
  userIdRanges,
} from "./user-ids.ts";
export type { SealContext, Sealed, Vault } from "./vault.ts";
