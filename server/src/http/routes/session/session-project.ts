/**
 * Returns the requested project of a session under the name of the core. The vendor's "tembo" stands for no project, as
 * null does.
 */
export function projectOf({ projectId }: { readonly projectId?: string | null | undefined }): {
  readonly projectId?: string | null;
} {
  if (projectId === undefined) return {};
  return { projectId: projectId === "tembo" ? null : projectId };
}
