/** Facts about this process and the settings of its installation, for the status. Contains no secrets. */
export interface InstallationFacts {
  readonly version: string;
  readonly blobs: "dataFolder" | "sharedFolder" | "s3";
  readonly database: "embedded" | "external";
  readonly masterKeySource: "dataFolder" | "file";
}
