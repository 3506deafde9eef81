export const panelNames = ["changes", "files", "pulls", "artifacts", "usage", "terminal", "events"] as const;
export type PanelName = (typeof panelNames)[number];

/** What is open beside the conversation stands in the address, so that a reload and a link show the same. */
export interface PanelSearch {
  readonly panel?: PanelName | undefined;
}

export function checkPanelSearch(given: Record<string, unknown>): PanelSearch {
  // Named even where it is nothing: what is not named stays as it was written in the address.
  return { panel: panelNames.find((name) => name === given.panel) };
}
