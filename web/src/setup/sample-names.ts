/**
 * Returns the names to try for an organization's sample repository. The owner is a name on the whole server, so a second
 * one is unique to the organization.
 */
export const sampleNames = (organizationId: string) => [
  { owner: "sample", name: "cart" },
  { owner: `sample-${organizationId.slice(-8)}`, name: "cart" },
];

/** True if a repository is a sample. */
export const isSample = ({ owner, name }: { readonly owner: string | null; readonly name: string }) =>
  name === "cart" && /^sample(-[0-9a-f]{8})?$/.test(owner ?? "");
