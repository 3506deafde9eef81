/** A check of a commit: a job in a workflow or pipeline, or a status that another program set. */
export interface ForgeCheck {
  /** The forge's own ID, which `jobLog` uses. */
  readonly id: string;
  readonly kind: "job" | "status";
  readonly name: string;
  readonly state: "pending" | "passed" | "failed" | "cancelled" | "skipped";
  /** URL of the check's web page. */
  readonly url: string | null;
  /** The check's own summary, in one line. */
  readonly summary: string | null;
}
