import type { Session, SessionEvent } from "@tembo-io/sdk";
import type { Cli } from "../../../cli.ts";
import type { TurnEnd } from "./follow.ts";

/** After Ctrl-C. */
export function printStillRunning({ terminal }: Cli, sessionId: string): void {
  terminal.note("The session goes on.");
  terminal.hint(`tembo session watch ${sessionId} ("tembo session stop ${sessionId}" ends it)`);
}

/** What a person does after a turn, whose last event was `last`. */
export function printNextSteps({ terminal }: Cli, session: Session, end: TurnEnd, hasPlan: boolean): void {
  terminal.hint(nextCommand(session, end, hasPlan));
}

/** Whether an event leaves a plan that waits for a decision, from whether there was one before. */
export function planAfter(hasPlan: boolean, { eventType }: SessionEvent): boolean {
  if (eventType === "plan.proposed") return true;
  return eventType === "turn.started" ? false : hasPlan;
}

function nextCommand({ id, diffSummary }: Session, { outcome, code }: TurnEnd, hasPlan: boolean): string {
  if (code === "model_key_rejected")
    return `correct the API key (under Settings → Models, or in the server's environment), then tembo session message ${id} "try again"`;
  if (code === "branch_not_found") return 'tembo session create "..." --repo REPO --target-branch BRANCH';
  if (outcome !== "completed") return `tembo session message ${id} "try again"`;
  if (hasPlan) return `tembo plan show ${id}`;
  const hasChanges = diffSummary !== null && diffSummary.additions + diffSummary.deletions > 0;
  return hasChanges ? `tembo session apply ${id}` : `tembo session message ${id} "..."`;
}
