/** Words of what an agent did. */
export const agentRuns = {
  list: "Runs, newest first",
  none: "It has not run yet.",
  state: {
    queued: "Queued",
    running: "Running",
    completed: "Completed",
    failed: "Failed",
    cancelled: "Stopped",
    skipped: "Skipped",
  } as Readonly<Record<string, string>>,
  columns: { state: "State", at: "Queued", took: "Took", session: "Session" },
  working: "Not ended",
  took: (ms: number) => (ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`),
  open: "Open",
  openOf: (at: string) => `Open the session of ${at}`,
  noSession: "No session",
  chart: (days: number) => `Runs of the last ${days} days`,
  chartWords: (parts: readonly string[]) => (parts.length === 0 ? "None." : `${parts.join(", ")}.`),
  count: (n: number, state: string) => `${n} ${state.toLowerCase()}`,
  tooMany: (n: number) => `Of the newest ${n} runs alone.`,
};
