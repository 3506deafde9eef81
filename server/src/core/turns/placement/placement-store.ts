import type { PlacementState } from "./decide-placement.ts";

/** Queries for turns that wait for a machine or have one. The database's clock measures how long they wait. */
export interface TurnPlacementQueries {
  /**
   * Requests a machine for a turn, and notifies the workers. Idempotent by turn. Returns true if a worker has sent a
   * heartbeat in the last 15 seconds. Workers send one every second, but heavy load may delay it.
   */
  request(turnId: string): Promise<boolean>;
  /**
   * Lets the turns among `turnIds` that have not ended wait for a machine, whether they had one or not. Their workflows
   * exist and get this version. Returns the IDs of these turns.
   */
  release(turnIds: readonly string[], version: number): Promise<string[]>;
  /**
   * Returns true if a worker of this version may run a waiting turn, or if a turn has lost its machine's workers. Does not
   * lock.
   */
  hasWork(version: number): Promise<boolean>;
  /** Serializes placement in all processes until the transaction ends. */
  lock(): Promise<void>;
  /**
   * Releases the machine of each turn if no worker of the turn's version runs there. The turn then waits again. Returns the
   * IDs of these turns.
   */
  releaseLost(): Promise<string[]>;
  /** Returns the oldest waiting turns of many organizations, and the machines with live workers of this version. */
  state(version: number): Promise<Omit<PlacementState, "savesWorkspaces">>;
  /** Lets placed turns wait again. Their machine is chosen only if no other one has room. */
  avoidMachines(turnIds: readonly string[]): Promise<void>;
  /** Requests a machine for a turn whose workflow does not exist, as if it was new. */
  renew(turnId: string): Promise<void>;
  /** Deletes the placements of turns that have ended, and returns their number. */
  dropEnded(): Promise<number>;
  /** Returns waiting turns whose labels no live machine has, and whose sessions do not show this yet. */
  unreported(limit: number): Promise<UnreportedTurn[]>;
  /** Stores that the turn's session shows that no machine has these labels. */
  setReported(turn: Pick<UnreportedTurn, "turnId" | "runsOn">): Promise<void>;
  /** Assigns a waiting turn to a machine. Returns true if the turn has no workflow yet. */
  place(turnId: string, machineId: string, version: number): Promise<boolean>;
}

export interface UnreportedTurn {
  readonly turnId: string;
  readonly sessionId: string;
  readonly messageId: string;
  readonly runsOn: readonly string[];
}
