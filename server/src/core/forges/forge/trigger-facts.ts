/** Facts that the event itself does not contain. */
export interface TriggerFacts {
  readonly isTemboPullRequest: boolean;
  readonly isTemboIssue: boolean;
  /**
   * True if Tembo wrote the comment. Such a comment fires no triggers, because agents would otherwise reply to
   * themselves.
   */
  readonly isTemboComment: boolean;
}
