/** Result of a check, as a bug report may contain it. */
export interface CheckFacts {
  readonly name: string;
  readonly ok: boolean;
  readonly isRequired: boolean;
  /** Part of the detail that the list of known details permits, or absent. */
  readonly detail?: string;
}

/**
 * Beginnings of details that contain only versions, numbers and Tembo's own words, by name of the check. Other details may contain
 * paths, addresses and names of people or repositories, for example in the message of a failed program.
 */
const knownDetails: Readonly<Record<string, RegExp>> = {
  settings: /^every variable is valid$/,
  node: /^Node \d+(\.\d+)+( is too old)?/,
  git: /^git (\d+(\.\d+)+( is too old)?|is not installed)/,
  flock: /^flock (from util-linux \d+(\.\d+)+|is not installed)/,
  buildah: /^buildah (version \d+(\.\d+)+|is not installed)/,
  disk: /^\d+\.\d GB free/,
  database: /^(embedded PostgreSQL|DATABASE_URL responds: PostgreSQL) \d+(\.\d+)*/,
  "stored state":
    /^(not checked yet|the last complete check was \d+ minutes ago|checked \d+ minutes ago; differences corrected: \d+|has differences that need attention)/,
};

/** Returns the facts of the doctor's checks. `ofSandboxes` contains the public details of all sandboxes. Pure. */
export const describeChecks = (
  checks: readonly Required<CheckFacts>[],
  ofSandboxes: Readonly<Record<string, RegExp>>,
): CheckFacts[] =>
  checks.map(({ name, ok, isRequired, detail }) => {
    const part = (knownDetails[name] ?? ofSandboxes[name])?.exec(detail)?.[0];
    return { name, ok, isRequired, ...(part === undefined ? {} : { detail: part }) };
  });
