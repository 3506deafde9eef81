/** Place of the blob store. */
export type BlobPlacement = FolderPlacement | S3Placement;

export interface FolderPlacement {
  readonly kind: "folder";
  /** Folder that all machines share, or null for a folder in the data folder. */
  readonly sharedPath: string | null;
}

export interface S3Placement {
  readonly kind: "s3";
  readonly bucket: string;
  /** Prefix of all keys, without slashes at its ends. May be empty. */
  readonly prefix: string;
  /** URL of the store, or null for AWS. */
  readonly endpoint: string | null;
  readonly region: string;
  /** True if URLs contain the bucket in their path, and not in the host name. */
  readonly isPathStyle: boolean;
  /** Static keys, or null for those that the AWS SDK finds, such as the role of an instance or of a service account. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}
