import type { CursorPage, Page } from "../../base/index.ts";
import type { Viewer } from "../member/viewer.ts";
import type { Spent } from "./decide-budget.ts";
import type { ModelUsage, SessionCost, UsageGroup, UsageGrouping, UsageTotal } from "./usage.ts";

export interface UsageQueries {
  /** Adds one answer to the sums of its turn and model. The one that was added last counts once, however often it is added. */
  add(of: UsageOwner, usage: ModelUsage, at: Date): Promise<void>;
  ofTurn(turnId: string): Promise<UsageTotal>;
  ofSession(sessionId: string): Promise<UsageTotal>;
  /** Of turns whose first answer came at `since` or later. */
  ofOrganization(organizationId: string, since: Date): Promise<UsageTotal>;
  /** The same by what it was for: days in order, at most 366; others costliest first, at most 100. Titles are those the viewer may see. */
  grouped(viewer: Viewer, since: Date, by: UsageGrouping): Promise<UsageGroup[]>;
  /** Sessions that used a model, newest first. */
  bySession(viewer: Viewer, page: CursorPage): Promise<Page<SessionCost>>;
  /**
   * What budgets are held against: of the session's whole chain, and of the organization since a date, with what others have reserved that has
   * not expired.
   */
  spent(of: {
    readonly sessionId: string;
    readonly organizationId: string;
    readonly since: Date;
    readonly now: Date;
    /** The request whose own reservation does not count. */
    readonly requestId: string;
  }): Promise<Spent>;
  /** Until the transaction ends nobody else reserves for the organization. */
  holdBudget(organizationId: string): Promise<void>;
  /** Keeps a reservation, or lets the one of that id last longer; forgets those that have expired. */
  reserve(reservation: BudgetReservation, now: Date): Promise<void>;
  /** A reservation that exists expires at that time instead. */
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

/** Whose spending it is. */
export interface UsageOwner {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly turnId: string;
}
