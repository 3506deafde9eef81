import { formatChange, formatCount } from "../format/numbers.ts";

export const insights = {
  title: "Insights",
  off: "Insights are disabled for this organization.",
  figures: {
    sessions: "Sessions completed",
    created: "Pull requests opened",
    merged: "Pull requests merged",
    contribution: "Pull requests with Tembo",
    spent: "Model spend this month",
  },
  period: "Last six months",
  change: (percent: number) => `${formatChange(percent)}% vs. previous six months`,
  points: (points: number) => `${formatChange(points)} points vs. previous six months`,
  budget: (budget: string) => `of ${budget}`,
  noBudget: "No budget set",
  whereSpent: "View usage",
  pulls: {
    title: "Pull requests by month",
    withTembo: "With Tembo",
    withoutTembo: "Without Tembo",
    words: (created: number, merged: number) =>
      `${formatCount(created)} opened, ${formatCount(merged)} merged`,
  },
  models: {
    title: "Results by model",
    name: "Model",
    none: "No completed sessions yet.",
    unknown: "–",
    columns: [
      "Turns",
      "Succeeded",
      "Wait (median)",
      "Duration (median)",
      "Merged",
      "Time to merge (median)",
      "Cost per merge",
    ],
  },
  members: { title: "People", name: "Person", none: "No one has opened a pull request yet." },
  repositories: { title: "Repositories", name: "Repository", none: "No pull requests yet." },
  columns: { created: "Opened", merged: "Merged", contribution: "With Tembo" },
};
