/** Reason why a turn waits for a machine. The holder is the machine that alone has the session's newest files. */
export type WaitReason = "noMachine" | "holderAway" | "holderFull" | "full";

/** A turn that waits for a machine, for a reason that its transcript does not show. */
export interface LongWait {
  readonly turnId: string;
  readonly sessionId: string;
  readonly messageId: string;
  readonly reason: WaitReason;
}

/** Texts for the transcript. */
export const waitMessages: Readonly<Record<WaitReason, string>> = {
  holderAway:
    "This turn waits for the machine that has the session's files. If that machine does not return within ten minutes, another one continues without its newest changes.",
  noMachine: 'This turn waits, because no worker accepts turns. Start one with "tembo worker".',
  holderFull: "This turn waits until the machine that has the session's files can run another turn.",
  full: "This turn waits, because no machine has room for it. It starts when other turns have ended.",
};
