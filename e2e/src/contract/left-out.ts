/** Operations of the vendor's contract that are left for later, by decision. Each answers as any address where there is nothing. */
export const leftOut: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: / \/v1\/projects(?:\/|$)/, reason: "left for later: projects" },
  { pattern: / \/v1\/sessions\/\{sessionId\}\/computer(?:\/|$)/, reason: "left for later: computer" },
  {
    pattern: / \/v1\/sessions\/\{sessionId\}\/automations(?:\/|$)/,
    reason: "left for later: automations of sessions",
  },
  { pattern: /\/user-memory$/, reason: "left for later: user memory" },
  { pattern: /\/subscriptions\/claude(?:\/|$)/, reason: "left for later: subscriptions" },
  { pattern: / \/v1\/inference$/, reason: "left for later: inference" },
  { pattern: / \/v1\/skills\/marketplace(?:\/|$)/, reason: "left for later: skill marketplace" },
  { pattern: /\/profile-picture$/, reason: "left for later: profile pictures" },
  { pattern: / \/oauth\/context$/, reason: "left for later: OAuth" },
  { pattern: /\/slack-channels$/, reason: "left for later: Slack" },
  { pattern: /\/sentry-environments$/, reason: "left for later: Sentry" },
  { pattern: /\/providers\/snyk\//, reason: "left for later: Snyk" },
];
