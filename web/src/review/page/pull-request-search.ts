export const tabs = ["conversation", "commits", "files"] as const;
export type Tab = (typeof tabs)[number];

export interface PullRequestSearch {
  /** Selected tab. Absent for the conversation. */
  readonly tab?: Tab | undefined;
}

export function checkPullRequestSearch(given: Record<string, unknown>): PullRequestSearch {
  const tab = tabs.find((one) => one === given.tab);
  return tab === undefined ? {} : { tab };
}
