export interface Loss {
  /** True if the harness has received the turn's prompt. */
  readonly hasWorked: boolean;
  /** True for the first turn of the session. */
  readonly isFirst: boolean;
  /** Time at which the restored files were saved, or null if nothing was restored. */
  readonly savedAt: Date | null;
  /** True if the restored files are the newest ones. */
  readonly isCurrent: boolean;
  /** True if the restored conversation contains the turn's prompt. */
  readonly hasPrompt: boolean;
  /** True if this machine has older files of the session, which the turn uses because nothing was saved. */
  readonly hasOlder: boolean;
}

/** Describes which files are lost when a session moves to another machine, or returns null if none are. Pure. */
export function describeLoss({
  hasWorked,
  isFirst,
  savedAt,
  isCurrent,
  hasPrompt,
  hasOlder,
}: Loss): string | null {
  if (savedAt === null) {
    if (isFirst && !hasWorked) return null;
    const start = "The session's newest files are on another machine and were not saved.";
    return hasOlder
      ? `${start} The workspace has the files that the session last had on this machine.`
      : `${start} The workspace starts from the pushed commits.`;
  }
  if (isCurrent) return null;
  const from = `The machine with the session's newest files is not available. The workspace has the files of ${savedAt.toISOString()}`;
  if (!hasWorked) return `${from}.`;
  return hasPrompt ? `${from}, and the turn continues from them.` : `${from}, and the turn starts again.`;
}
