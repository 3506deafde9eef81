/** Queries for layers of environments that are in the blob store. */
export interface SavedLayerQueries {
  /** Returns the ID of the blob with the layer, or null if the organization has not saved the layer. */
  find(organizationId: string, digest: string): Promise<string | null>;
  /** Sets the time of the save, so that the record remains for a day. Returns false if the layer is not saved. */
  renew(organizationId: string, digest: string, at: Date): Promise<boolean>;
  /** Deletes the record of a layer whose blob cannot be used, so that the next build saves the layer again. */
  delete(organizationId: string, digest: string, blobId: string): Promise<void>;
  /** Records the blob of a layer. A layer that is recorded already keeps its blob. */
  insert(layer: {
    readonly organizationId: string;
    readonly digest: string;
    readonly blobId: string;
    readonly savedAt: Date;
  }): Promise<void>;
  /**
   * Deletes the records of layers that were saved before this time and that no environment needs. The daily sweep removes
   * their blobs. Returns their number.
   */
  deleteUnused(before: Date): Promise<number>;
}
