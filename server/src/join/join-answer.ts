/** Path to which machines send join requests. */
export const joinPath = "/internal/join";
/** Header with the version of the machine that joins. */
export const versionHeader = "tembo-version";
/** Header with the host name of the machine that joins, for the audit log. */
export const hostHeader = "tembo-host";

/** Settings and keys that a machine receives. */
export interface JoinAnswer {
  /** Variables of the environment, such as `DATABASE_URL`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Content of the master key file. */
  readonly masterKey: string;
}
