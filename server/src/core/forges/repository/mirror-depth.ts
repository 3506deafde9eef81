import { wholeHistory } from "@tembo/contract/limits";

/** Mirrors are whole unless the organization set a depth itself. Null is the whole history. */
export function decideDepth(cloneDepth: unknown): number | null {
  const isDepth = typeof cloneDepth === "number" && Number.isInteger(cloneDepth) && cloneDepth > 0;
  return isDepth && cloneDepth < wholeHistory ? cloneDepth : null;
}
