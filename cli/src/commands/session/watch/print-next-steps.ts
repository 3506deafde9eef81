import type { Session, SessionEvent } from "@tembo-io/sdk";
import type { Cli } from "../../../cli.ts";
import type { TurnEnd } from "./follow.ts";

/** Prints that the session keeps running after Ctrl-C, with the commands that watch and stop it. */
export function printStillRunning({ terminal }: Cli, sessionId: string): void {
  terminal.note("The session keeps running.");
  terminal.hint(
    `run "tembo session watch ${sessionId}" to follow it again, or "tembo session stop ${sessionId}" to stop it.`,
  );
}

/** Suggests the next command after the end of a turn. */
export function printNextSteps({ terminal }: Cli, session: Session, end: TurnEnd, hasPlan: boolean): void {
  terminal.hint(nextCommand(session, end, hasPlan));
}

/** Returns true if a plan waits for a decision after this event. `hasPlan` is the value before the event. */
export function planAfter(hasPlan: boolean, { eventType }: SessionEvent): boolean {
  if (eventType === "plan.proposed") return true;
  return eventType === "turn.started" ? false : hasPlan;
}

function nextCommand({ id, diffSummary }: Session, { outcome, code }: TurnEnd, hasPlan: boolean): string {
  if (code === "model_key_rejected")
    return `correct the API key under Settings → Models or in the server's environment, then send another message with "tembo session message ${id}".`;
  if (code === "branch_not_found") return 'tembo session create "..." --repo REPO --target-branch BRANCH';
  if (outcome !== "completed") return `tembo session message ${id} "try again"`;
  if (hasPlan) return `tembo plan show ${id}`;
  const hasChanges = diffSummary !== null && diffSummary.additions + diffSummary.deletions > 0;
  return hasChanges ? `tembo session apply ${id}` : `tembo session message ${id} "..."`;
}
