/** Paths of a session's folders in a setup layer. */
export const layerFolders = { workspace: "/workspace", home: "/home/tembo" } as const;
