import type { EgressPolicy, EgressRule } from "./egress-policy.ts";

/**
 * Decides whether the policy allows this host and port. `host` must be in the form that `canonicalHost` returns. Does
 * not resolve the host.
 */
export function decideEgress(policy: EgressPolicy, host: string, port: number): "allowed" | "notAllowed" {
  if (policy.kind === "open") return "allowed";
  if (policy.kind === "closed") return "notAllowed";
  return policy.rules.some((rule) => matchesRule(rule, host, port)) ? "allowed" : "notAllowed";
}

export function matchesRule(rule: EgressRule, host: string, port: number): boolean {
  return matchesHost(rule.host, host) && portsOf(rule).includes(port);
}

/**
 * True if `pattern`, the host of a rule, covers `host`. If `host` is also a pattern, the rule must cover all names that
 * it matches.
 */
export function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.") || pattern === host) return pattern === host;
  const name = host.startsWith("*.") ? host.slice(2) : host;
  return name.endsWith(pattern.slice(1));
}

export function portsOf(rule: EgressRule): readonly number[] {
  return rule.port === null ? [80, 443] : [rule.port];
}
