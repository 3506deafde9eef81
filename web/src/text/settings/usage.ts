/** Words of what models cost. */
export const usage = {
  about: "What models cost, as the model gateway counted it. Days begin at midnight UTC.",
  range: "Days that are shown",
  days: (days: number) => `${days} days`,
  byDay: "By day",
  dollars: "US dollars",
  total: (cost: string, requests: number) =>
    `${cost} for ${requests === 1 ? "1 request" : `${requests} requests`} to models.`,
  unpriced: (n: number) =>
    `${n === 1 ? "1 of them is to a model" : `${n} of them are to models`} of which no price is known, and not in the sum.`,
  none: "Nothing was spent.",
  sessions: "Sessions",
  cost: "Cost",
  groups: {
    person: { title: "By person", name: "Person", without: "Nobody in person" },
    repository: { title: "By repository", name: "Repository", without: "Without a repository" },
    harness: { title: "By harness", name: "Harness", without: "None" },
    model: { title: "By model", name: "Model", without: "None" },
    session: { title: "Sessions that cost most", name: "Session", without: "Private or deleted session" },
  },
};
