/** A turn that waits for a machine, and what it waits for. */
export interface LongWait {
  readonly turnId: string;
  readonly sessionId: string;
  readonly messageId: string;
  /** True if a worker accepts turns. */
  readonly hasMachine: boolean;
  /** Machine that alone has the session's newest files: it runs, it does not run, or there is no such machine. */
  readonly holder: "running" | "away" | "none";
}

export interface WaitReason {
  /** Identifies the reason, so that the transcript shows each reason once. */
  readonly kind: "noMachine" | "holderAway" | "holderFull" | "full";
  readonly message: string;
}

/** Returns the reason why a turn still waits, for the transcript. Pure. */
export function describeWait({ hasMachine, holder }: Pick<LongWait, "hasMachine" | "holder">): WaitReason {
  if (holder === "away")
    return {
      kind: "holderAway",
      message:
        "This turn waits for the machine that has the session's files. If that machine does not return within ten minutes, another one continues without its newest changes.",
    };
  if (!hasMachine)
    return {
      kind: "noMachine",
      message: 'This turn waits, because no worker accepts turns. Start one with "tembo worker".',
    };
  if (holder === "running")
    return {
      kind: "holderFull",
      message: "This turn waits until the machine that has the session's files can run another turn.",
    };
  return {
    kind: "full",
    message: "This turn waits, because no machine has room for it. It starts when other turns have ended.",
  };
}
