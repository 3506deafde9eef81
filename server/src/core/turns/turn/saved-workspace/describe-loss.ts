export interface Loss {
  /** True if the harness has received the turn's prompt. */
  readonly hasWorked: boolean;
  /** True for the first turn of the session. */
  readonly isFirst: boolean;
  /** Time at which the restored files were saved, or null if nothing was restored. */
  readonly savedAt: Date | null;
  /** True if the restored conversation contains the turn's prompt. */
  readonly hasPrompt: boolean;
}

/** Describes which files are lost when a session moves to another machine, or returns null if none are. Pure. */
export function describeLoss({ hasWorked, isFirst, savedAt, hasPrompt }: Loss): string | null {
  if (savedAt === null)
    return hasWorked || !isFirst
      ? "The session's files were on another machine and were not saved. The workspace starts from the pushed commits."
      : null;
  if (!hasWorked) return null;
  const from = `The machine of this turn was lost. Its files are those of ${savedAt.toISOString()}`;
  return hasPrompt
    ? `${from}, and the turn continues from them. Later changes are lost.`
    : `${from}, and the turn starts again.`;
}
