/** The person who reads data, in their organization. */
export interface Viewer {
  readonly organizationId: string;
  readonly userId: string;
}
