/** Mirrors are whole unless the organization set a depth itself: the vendor's default of 1 is for clones that are thrown away. */
export function decideDepth(cloneDepth: unknown): number | null {
  return typeof cloneDepth === "number" && Number.isInteger(cloneDepth) && cloneDepth > 0 ? cloneDepth : null;
}
