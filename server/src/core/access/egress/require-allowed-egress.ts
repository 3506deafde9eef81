import type { EgressSetting } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import { resolveEgressPolicy } from "./resolve-egress-policy.ts";

const maxNamed = 5;

/** Requires that a session only narrows the egress setting of its organization. Throws `invalid_input`. */
export function requireAllowedEgress(organization: EgressSetting, session: EgressSetting | null): void {
  if (session === null) return;
  if (session.preset === "open" && organization.preset !== "open") {
    throw new AppError(
      "invalid_input",
      `"egress.preset" is open, which the organization does not allow (it has ${organization.preset}); leave "egress" out to reach all that it allows, or allow more with "tembo egress set".`,
      { field: "egress.preset" },
    );
  }
  const { dropped } = resolveEgressPolicy(organization, session);
  if (dropped.length === 0) return;
  const rest = dropped.length > maxNamed ? ` and ${dropped.length - maxNamed} more` : "";
  throw new AppError(
    "invalid_input",
    `"egress" names ${dropped.slice(0, maxNamed).join(", ")}${rest}, which the organization does not allow; leave it out, or allow it with "tembo egress set".`,
    { field: "egress" },
  );
}
