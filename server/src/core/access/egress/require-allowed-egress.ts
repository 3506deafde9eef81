import type { EgressSetting } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import { resolveEgressPolicy } from "./resolve-egress-policy.ts";

const maxNamed = 5;

/**
 * Requires that a session's egress setting only narrows the organization's. Throws `invalid_input` if the setting
 * allows more than the organization's or a rule cannot be parsed.
 */
export function requireAllowedEgress(organization: EgressSetting, session: EgressSetting | null): void {
  if (session === null) return;
  if (session.preset === "open" && organization.preset !== "open") {
    throw new AppError(
      "invalid_input",
      `"egress.preset" is "open", but the organization's preset is "${organization.preset}". Remove "egress" to allow every host that the organization allows, or ask an admin to allow more with "tembo egress set".`,
      { field: "egress.preset" },
    );
  }
  const { dropped } = resolveEgressPolicy(organization, session);
  if (dropped.length === 0) return;
  const rest = dropped.length > maxNamed ? ` and ${dropped.length - maxNamed} more` : "";
  throw new AppError(
    "invalid_input",
    `"egress" contains hosts that the organization does not allow: ${dropped.slice(0, maxNamed).join(", ")}${rest}. Remove them, or ask an admin to allow them with "tembo egress set".`,
    { field: "egress" },
  );
}
