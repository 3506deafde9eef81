/** The person who reads data, and their organization. */
export interface Viewer {
  readonly organizationId: string;
  readonly userId: string;
}
