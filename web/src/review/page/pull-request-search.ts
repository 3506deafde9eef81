export const tabs = ["conversation", "commits", "files"] as const;
export type Tab = (typeof tabs)[number];

export interface PullRequestSearch {
  /** Selected tab. The conversation is selected if `tab` is absent. */
  readonly tab?: Tab | undefined;
}

export function checkPullRequestSearch(given: Record<string, unknown>): PullRequestSearch {
  const tab = tabs.find((one) => one === given.tab);
  return tab === undefined ? {} : { tab };
}
