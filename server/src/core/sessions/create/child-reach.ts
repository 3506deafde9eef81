import type { HarnessInfo } from "../../access/index.ts";

type Reaching = Pick<HarnessInfo, "displayName" | "modelFamily" | "otherFamilies" | "service">;

/**
 * Decides whether a session may start a child with this harness: always, with a person's permission, or never. A child
 * needs permission for model families that its parent cannot use. A metered session must never start a child that uses
 * a vendor's own service, because the service reports no tokens for the budget. Pure.
 */
export function decideChildHarness(parent: Reaching, child: Reaching): "allow" | "ask" | "refuse" {
  if (child.service !== undefined && parent.service === undefined) return "refuse";
  const known = familiesOf(parent);
  return familiesOf(child).every((family) => known.includes(family)) ? "allow" : "ask";
}

function familiesOf({ displayName, modelFamily, otherFamilies = [], service }: Reaching): readonly string[] {
  return service === undefined ? [modelFamily, ...otherFamilies] : [displayName];
}
