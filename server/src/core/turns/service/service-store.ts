import type { TurnLease } from "../../base/index.ts";
import type { SessionService, SessionServiceState } from "./session-service.ts";

/** A service of one sandbox. */
export interface ServiceKey {
  readonly sessionId: string;
  readonly sandboxId: string;
  readonly name: string;
}

export interface ServiceReport {
  /** The service's state, or null if it has not changed. */
  readonly change: Omit<SessionService, "name" | "command" | "port"> | null;
  /** Masked output since the last report, in entries. */
  readonly entries: readonly string[];
}

export interface ServiceQueries {
  /**
   * Replaces the services of the session's earlier sandbox, and deletes their logs. Throws `fenced` if the attempt does not
   * hold the lease.
   */
  begin(lease: TurnLease, sandboxId: string, services: readonly SessionService[]): Promise<void>;
  /**
   * Records the services of a lost worker as stopped at the start of an attempt, unless a worker keeps the session's
   * sandbox. Throws `fenced` if there are such services and the attempt does not hold the lease. May not check the lease
   * otherwise.
   */
  stopLost(lease: TurnLease, at: Date): Promise<void>;
  /**
   * Stores a report, and removes the oldest entries of a log that exceeds `maxLogBytes`. Returns false and stores nothing if
   * the services of another sandbox have replaced this one.
   */
  report(key: ServiceKey, report: ServiceReport, maxLogBytes: number): Promise<boolean>;
  /** Lists the services of the last sandbox in the order of their start. Services of a sandbox that is gone are stopped. */
  list(sessionId: string): Promise<readonly SessionService[]>;
  find(sessionId: string, name: string): Promise<FoundService | null>;
  /** Returns the log's entries after `afterSeq`, in order. */
  readLog(sessionId: string, name: string, page: ServiceLogPage): Promise<readonly ServiceLogEntry[]>;
}

export interface FoundService extends SessionService {
  readonly sandboxId: string;
  /** Number of the last log entry before this sandbox. */
  readonly logStartSeq: number;
}

export interface ServiceLogPage {
  readonly afterSeq: number;
  readonly limit: number;
}

/** A part of a service's log. */
export interface ServiceLogEntry {
  readonly seq: number;
  readonly text: string;
}

/** An item of a followed log: a part of it, or the end of the service. */
export type FollowedServiceLog =
  | ({ readonly kind: "log" } & ServiceLogEntry)
  | { readonly kind: "end"; readonly state: SessionServiceState };
