/** Where things lie inside every sandbox. */
export const inside = {
  workspacePath: "/workspace",
  homePath: "/home/tembo",
  modelSocketPath: "/run/tembo/model.sock",
  modelPort: 8377,
  launcherPath: "/run/tembo/launcher.cjs",
  user: "tembo",
} as const;
