/**
 * Enables the rate limits, as every installation has them, with the highest values that the settings accept. A bench thus
 * pays for counting its requests, and no request is rejected.
 */
export const benchLimits = {
  TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: "1000000",
  TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE: "1000000",
  TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: "100000000",
} as const;
