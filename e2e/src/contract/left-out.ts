/**
 * Operations in the vendor's contract that are planned for a later version. Each responds with 404, as for an unknown
 * path.
 */
export const leftOut: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: / \/v1\/sessions\/\{sessionId\}\/computer(?:\/|$)/, reason: "planned: computer" },
  {
    pattern: / \/v1\/sessions\/\{sessionId\}\/automations(?:\/|$)/,
    reason: "planned: automations",
  },
  { pattern: /\/user-memory$/, reason: "planned: user memory" },
  { pattern: /\/subscriptions\/claude(?:\/|$)/, reason: "planned: subscriptions" },
  { pattern: / \/v1\/inference$/, reason: "planned: inference" },
  { pattern: / \/v1\/skills\/marketplace(?:\/|$)/, reason: "planned: skill marketplace" },
  { pattern: /\/profile-picture$/, reason: "planned: profile pictures" },
  { pattern: / \/oauth\/context$/, reason: "planned: OAuth" },
  { pattern: /\/slack-channels$/, reason: "planned: Slack" },
  { pattern: /\/sentry-environments$/, reason: "planned: Sentry" },
  { pattern: /\/providers\/snyk\//, reason: "planned: Snyk" },
];
