import type { EgressSetting } from "../../accounts/index.ts";
import { matchesRule, portsOf } from "./decide-egress.ts";
import type { EgressPolicy, EgressRule } from "./egress-policy.ts";
import { formatEgressRule, parseEgressRule } from "./parse-egress-rule.ts";
import { registryRules } from "./registries.ts";

export interface ResolvedEgress {
  readonly policy: EgressPolicy;
  /** The session's rules that the organization does not allow, as formatted by `formatEgressRule`. */
  readonly dropped: readonly string[];
}

/**
 * Computes the egress policy of a session: the organization's policy, narrowed to the session's own setting if the
 * session has one. Throws `invalid_input` for a rule that cannot be parsed.
 */
export function resolveEgressPolicy(
  organization: EgressSetting,
  session: EgressSetting | null,
): ResolvedEgress {
  const allowed = policyOf(organization);
  if (session === null) return { policy: allowed, dropped: [] };
  const asked = policyOf(session);
  if (asked.kind !== "list" || allowed.kind === "open")
    return { policy: narrower(allowed, asked), dropped: [] };
  const kept = asked.rules.map((rule) => intersect(allowed, rule));
  const rules = kept.flatMap(({ covered }) => covered);
  return {
    policy: rules.length === 0 ? { kind: "closed" } : { kind: "list", rules },
    dropped: kept.flatMap(({ uncovered }) => uncovered.map(formatEgressRule)),
  };
}

function policyOf({ preset, allow }: EgressSetting): EgressPolicy {
  if (preset === "none") return { kind: "closed" };
  if (preset === "open") return { kind: "open" };
  const own = allow.map(parseEgressRule);
  const rules = preset === "registries" ? [...registryRules(), ...own] : own;
  return rules.length === 0 ? { kind: "closed" } : { kind: "list", rules };
}

function narrower(one: EgressPolicy, other: EgressPolicy): EgressPolicy {
  if (one.kind === "closed" || other.kind === "open") return one;
  return other;
}

/**
 * Splits a rule into the part that the organization allows and the part that it does not. If the organization allows
 * only one of a rule's two ports, each part contains one port.
 */
function intersect(allowed: EgressPolicy, rule: EgressRule) {
  const rules = allowed.kind === "list" ? allowed.rules : [];
  const isCovered = (port: number) => rules.some((other) => matchesRule(other, rule.host, port));
  const ports = portsOf(rule);
  const uncovered = ports.filter((port) => !isCovered(port));
  if (uncovered.length === 0) return { covered: [rule], uncovered: [] };
  if (uncovered.length === ports.length) return { covered: [], uncovered: [rule] };
  const at = (port: number): EgressRule => ({ host: rule.host, port });
  return { covered: ports.filter(isCovered).map(at), uncovered: uncovered.map(at) };
}
