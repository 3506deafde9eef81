import { formatCountOf } from "../format/numbers.ts";

export const completion = {
  suggestions: "Suggestions",
  files: "Files",
  repositories: "Repositories",
  commands: "Commands",
  looking: "Searching…",
  noFile: (typed: string) => `No files match "${typed}".`,
  noFiles: "No files yet.",
  noRepository: (typed: string) =>
    `No repositories match "${typed}". Select a repository to mention its files.`,
  noCommand: (typed: string) => `No commands or skills match "${typed}".`,
  noCommands: "No commands or skills are available.",
  count: (n: number) => formatCountOf(n, "suggestion", "suggestions"),
  command: (repository: string, harness: string) => `${harness} command in ${repository}`,
  skill: (description: string) => (description === "" ? "Skill" : `Skill: ${description}`),
  folder: "Folder",
  keys: (enterSends: boolean) => (enterSends ? "Enter to send" : "Ctrl+Enter to send"),
};
