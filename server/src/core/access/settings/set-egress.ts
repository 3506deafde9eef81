import type { EgressSetting } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import type { AccessPorts } from "../ports.ts";

/**
 * Sets the organization's egress setting. It applies to the next turn of each session. Throws `invalid_input` for an
 * invalid rule, or for any rules with the preset `none` or `open`.
 */
export async function setEgress(
  ports: Pick<AccessPorts, "store">,
  organizationId: string,
  { preset, allow }: EgressSetting,
): Promise<EgressSetting> {
  const hosts = [...new Set(allow.map((rule) => rule.trim().toLowerCase()))];
  for (const rule of hosts) parseEgressRule(rule);
  if (hosts.length > 0 && (preset === "none" || preset === "open")) {
    const why = preset === "none" ? "allows no hosts" : "already allows every public host";
    throw new AppError(
      "invalid_input",
      `The preset "${preset}" ${why}. Remove "allow", or choose "custom" or "registries".`,
      { field: "allow" },
    );
  }
  const egress: EgressSetting = { preset, allow: hosts };
  await ports.store.organizations.setEgress(organizationId, egress);
  return egress;
}
