export const limits = {
  egress: {
    about:
      "Controls which hosts sandboxes can reach. Models and the git servers of repositories are always reachable, through the model gateway and the git proxy.",
    preset: "Access level",
    presets: {
      none: "Sandboxes cannot reach any host.",
      registries: "The public package registries and the hosts below.",
      custom: "Only the hosts below.",
      open: "Every public host. A manipulated agent can send anything it sees to any of them.",
    },
    allow: "Hosts",
    allowHint:
      "Use host, host:port, *.host or *.host:port. Without a port, ports 80 and 443 are allowed. Press Enter after each host.",
  },
  budget: {
    about:
      "Limits what sessions spend on models. When a limit is reached, the turn fails, but its work remains on the branch.",
    spent: "Spent this month",
    spentOf: (spent: string, budget: string) => `${spent} of ${budget}`,
    share: (percent: string) => `${percent} of the month's budget.`,
    noMonthly: "No budget is set for the month.",
    viewUsage: "View usage",
    title: "Limits",
    session: "Per session",
    sessionHint: "In US dollars. A session can set a lower limit. Leave empty for no limit.",
    none: "No limit",
    month: "Per month, for all sessions",
    monthHint: "In US dollars, per calendar month in UTC. Leave empty for no limit.",
  },
};
