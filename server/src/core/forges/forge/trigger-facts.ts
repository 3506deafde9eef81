/** Facts that the event itself does not contain. */
export interface TriggerFacts {
  readonly isTemboPullRequest: boolean;
  readonly isTemboIssue: boolean;
  /** True if Tembo wrote the comment. Such a comment triggers nothing, as agents would otherwise answer themselves. */
  readonly isTemboComment: boolean;
}
