/** One check of a commit: a workflow's job, a pipeline's job, or a status that another program set. */
export interface ForgeCheck {
  /** The forge's own; names the job whose log is asked for. */
  readonly id: string;
  readonly kind: "job" | "status";
  readonly name: string;
  readonly state: "pending" | "passed" | "failed" | "cancelled" | "skipped";
  /** Of the page a person opens. */
  readonly url: string | null;
  /** In one line, what it says of itself. */
  readonly summary: string | null;
}
