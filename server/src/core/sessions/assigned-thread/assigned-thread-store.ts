import type { TurnLease } from "../../base/index.ts";
import type { TurnState } from "../turn/turn.ts";
import type { AssignedThread, TurnThread } from "./assigned-thread.ts";

/** Identifies the thread within a turn. */
type ThreadKey = Pick<AssignedThread, "pullRequestId" | "threadId">;

export interface AssignedThreadQueries {
  /** Stores the threads of a message. Does nothing for a thread that the message already has. */
  insert(threads: readonly AssignedThread[]): Promise<void>;
  /** Returns the threads of a message in its order. */
  ofMessage(messageId: string): Promise<AssignedThread[]>;
  /** Returns the threads of the messages that the turn has taken, each once, in the order of assignment. */
  ofTurn(turn: Pick<TurnLease, "sessionId" | "turnId">): Promise<TurnThread[]>;
  /** Stores the agent's reply for the end of the turn. Replaces an earlier one. Throws `fenced`. */
  answer(
    lease: TurnLease,
    thread: ThreadKey,
    reply: Pick<AssignedThread, "isFixed"> & { readonly answer: string },
  ): Promise<void>;
  /** Records what was done at the end of the turn. Throws `fenced`. */
  finish(
    lease: TurnLease,
    thread: ThreadKey,
    end: Pick<AssignedThread, "commitSha" | "repliedAt" | "resolvedAt" | "reason">,
  ): Promise<void>;
  /** Returns the latest assignment of each thread of the pull request, with the session and the turn of its message. */
  ofPullRequest(pullRequestId: string): Promise<
    readonly (AssignedThread & {
      readonly sessionId: string;
      readonly turnId: string | null;
      readonly turnStatus: TurnState["status"] | null;
    })[]
  >;
}
