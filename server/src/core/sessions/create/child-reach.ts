import type { HarnessInfo } from "../../access/index.ts";

type Reaching = Pick<HarnessInfo, "displayName" | "modelFamily" | "otherFamilies" | "service">;

/**
 * Whether a session may start a child with this harness: at once, after a person allowed it, or never. The child's model families are at
 * most its parent's. A vendor's own service counts no tokens for the budget, so a metered session never leads to one. Pure.
 */
export function decideChildHarness(parent: Reaching, child: Reaching): "allow" | "ask" | "refuse" {
  if (child.service !== undefined && parent.service === undefined) return "refuse";
  const known = familiesOf(parent);
  return familiesOf(child).every((family) => known.includes(family)) ? "allow" : "ask";
}

function familiesOf({ displayName, modelFamily, otherFamilies = [], service }: Reaching): readonly string[] {
  return service === undefined ? [modelFamily, ...otherFamilies] : [displayName];
}
