import { formatCount } from "../../format/numbers.ts";

export const agentRuns = {
  list: "Runs, newest first",
  none: 'No runs yet. Choose "Run now" or add a trigger.',
  state: {
    queued: "Queued",
    running: "Running",
    completed: "Completed",
    failed: "Failed",
    cancelled: "Stopped",
    skipped: "Skipped",
  } as Readonly<Record<string, string>>,
  columns: { state: "State", at: "Queued", took: "Duration", session: "Session" },
  working: "Queued or running",
  open: "Open",
  openOf: (at: string) => `Open the session from ${at}`,
  noSession: "No session",
  chart: (days: number) => `Runs in the last ${days} days`,
  chartWords: (parts: readonly string[]) => (parts.length === 0 ? "No runs." : `${parts.join(", ")}.`),
  count: (n: number, state: string) => `${formatCount(n)} ${state.toLowerCase()}`,
  tooMany: (n: number) => `Only the newest ${formatCount(n)} runs are counted.`,
};
