/** What an event does not tell itself. */
export interface TriggerFacts {
  readonly isTemboPullRequest: boolean;
  readonly isTemboIssue: boolean;
  /** Tembo said it: that triggers nothing, as agents would answer themselves. */
  readonly isTemboComment: boolean;
}
