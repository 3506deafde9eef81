/** Whoever looks, in their organization. */
export interface Viewer {
  readonly organizationId: string;
  readonly userId: string;
}
