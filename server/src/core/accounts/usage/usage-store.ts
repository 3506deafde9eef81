import type { CursorPage, Page } from "../../base/index.ts";
import type { Viewer } from "../member/viewer.ts";
import type { Spent } from "./decide-budget.ts";
import type { ModelUsage, SessionCost, UsageGroup, UsageGrouping, UsageTotal } from "./usage.ts";

export interface UsageQueries {
  /**
   * Adds a response's usage to the totals of its turn and model. Adding the most recent response again has no effect.
   */
  add(of: UsageOwner, usage: ModelUsage, at: Date): Promise<void>;
  ofTurn(turnId: string): Promise<UsageTotal>;
  ofSession(sessionId: string): Promise<UsageTotal>;
  /** Returns the usage of each of the sessions by its ID, also of those that used no model. */
  ofSessions(sessionIds: readonly string[]): Promise<ReadonlyMap<string, UsageTotal>>;
  /** Sums the usage since a time. The usage of a turn and model counts at the time of its first response. */
  ofOrganization(organizationId: string, since: Date): Promise<UsageTotal>;
  /**
   * Sums the usage that `ofOrganization` covers, by group. Returns at most 366 days in order, or at most 100 other
   * groups, highest cost first. Includes titles only for sessions that the viewer may see.
   */
  grouped(viewer: Viewer, since: Date, by: UsageGrouping): Promise<UsageGroup[]>;
  /** Lists the sessions that used a model, newest first. */
  bySession(viewer: Viewer, page: CursorPage): Promise<Page<SessionCost>>;
  /**
   * Returns the amounts that are compared with budgets: the spending and the unexpired reservations of the session's
   * whole chain and of the organization. The organization's spending counts from `since`.
   */
  spent(of: {
    readonly sessionId: string;
    readonly organizationId: string;
    readonly since: Date;
    readonly now: Date;
    /** Request whose own reservation is excluded. */
    readonly requestId: string;
  }): Promise<Spent>;
  /** Locks the organization's budget until the transaction ends, so that only one caller reserves at a time. */
  lockBudget(organizationId: string): Promise<void>;
  /**
   * Saves a reservation, or extends the existing reservation with the same ID. Deletes the organization's expired
   * reservations.
   */
  reserve(reservation: BudgetReservation, now: Date): Promise<void>;
  /** Sets a new expiry time on an existing reservation. */
  extendReservation(id: string, expiresAt: Date): Promise<void>;
  release(id: string): Promise<void>;
}

export interface BudgetReservation {
  readonly id: string;
  readonly organizationId: string;
  readonly sessionId: string;
  readonly costMicroUsd: number;
  readonly expiresAt: Date;
}

/** The session, turn and organization that spending is attributed to. */
export interface UsageOwner {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly turnId: string;
}
