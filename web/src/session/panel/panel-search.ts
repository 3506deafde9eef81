export const panelNames = [
  "changes",
  "files",
  "pulls",
  "artifacts",
  "usage",
  "preview",
  "services",
  "terminal",
  "events",
] as const;
export type PanelName = (typeof panelNames)[number];

/** The open panel. It is part of the URL, so that reloads and shared links open the same panel. */
export interface PanelSearch {
  readonly panel?: PanelName | undefined;
}

export function checkPanelSearch(given: Record<string, unknown>): PanelSearch {
  // Includes an undefined value, because the router keeps the original value of a missing key.
  return { panel: panelNames.find((name) => name === given.panel) };
}
