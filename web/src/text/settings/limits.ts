export const limits = {
  egress: {
    about:
      "What sandboxes may reach. Models and the git servers of repositories are always reached, through doors of their own.",
    preset: "Reach",
    presets: {
      none: { label: "Nothing", about: "No host at all." },
      registries: {
        label: "Package registries",
        about: "The public registries of packages, and the hosts below.",
      },
      custom: { label: "A list of hosts", about: "The hosts below and no others." },
      open: { label: "Every public host", about: "An agent that is misled can send what it sees anywhere." },
    },
    allow: "Hosts",
    allowHint: "Each as host, host:port, *.host or *.host:port; without a port 80 and 443. Enter ends one.",
  },
  budget: {
    about: "What may be spent on models. A session that comes to its limit ends with a word about it.",
    title: "Limits",
    session: "For each session",
    sessionHint: "In US dollars. A session may set less for itself. Empty is no limit.",
    none: "No limit",
    month: "For all sessions of a month",
    monthHint: "In US dollars, by calendar month in UTC. Empty is no limit.",
  },
};
