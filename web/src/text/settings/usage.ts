import { formatCountOf } from "../../format/numbers.ts";

export const usage = {
  about: "Model costs of all sessions, as measured by the model gateway. Days start at midnight UTC.",
  range: "Time range",
  days: (days: number) => `${days} days`,
  byDay: "By day",
  dollars: "US dollars",
  total: (cost: string, requests: number) =>
    `${cost} for ${formatCountOf(requests, "model request", "model requests")}.`,
  unpriced: (n: number) =>
    `The total excludes ${formatCountOf(n, "model request", "model requests")} without a known price.`,
  none: "No costs in this period.",
  sessions: "Sessions",
  cost: "Cost",
  export: "Download CSV",
  exportOf: (title: string) => `Download CSV: ${title}`,
  csvColumns: ["Sessions", "Model requests", "Input tokens", "Output tokens", "Cost in US dollars"],
  groups: {
    person: { title: "By person", name: "Person", without: "No user", unnamed: "Unnamed user" },
    repository: {
      title: "By repository",
      name: "Repository",
      without: "No repository",
      unnamed: "Removed repository",
    },
    harness: { title: "By harness", name: "Harness", without: "None", unnamed: "None" },
    model: { title: "By model", name: "Model", without: "None", unnamed: "None" },
    agent: { title: "By agent", name: "Agent", without: "No agent", unnamed: "Deleted agent" },
    pullRequest: {
      title: "By pull request",
      name: "Pull request",
      without: "No pull request",
      unnamed: "Removed pull request",
    },
    session: {
      title: "Most expensive sessions",
      name: "Session",
      without: "Private or deleted session",
      unnamed: "Private or deleted session",
    },
  },
};
