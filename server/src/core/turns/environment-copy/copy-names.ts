export interface ReadyCopy {
  readonly kind: "ready";
  readonly snapshotId: string;
  readonly bootId: string;
  readonly sessionNumber: number;
}

/** Names in the folder of copies. */
export type CopyName =
  /** A complete copy, whose files belong to the user of the session number. */
  | ReadyCopy
  /** Mark of a worker that creates a copy. */
  | { readonly kind: "making"; readonly workerId: string }
  /** Copies that are being removed. */
  | { readonly kind: "removed" };

const pattern = /^([0-9a-f-]{36})\.(?:copy-([0-9a-f-]+)-n(\d{1,10})|(making))$/;

/** Parses a name. Everything else in the folder counts as removed. Pure. */
export function parseCopyName(name: string): CopyName {
  const [, id, bootId, sessionNumber, making] = pattern.exec(name) ?? [];
  if (id === undefined) return { kind: "removed" };
  if (making !== undefined) return { kind: "making", workerId: id };
  return { kind: "ready", snapshotId: id, bootId: bootId!, sessionNumber: Number(sessionNumber) };
}

/**
 * Returns the name of a complete copy. After a crash of the machine, some of its files may be incomplete, so a copy is
 * valid for one boot.
 */
export const readyName = ({ snapshotId, bootId, sessionNumber }: Omit<ReadyCopy, "kind">) =>
  `${snapshotId}.copy-${bootId}-n${sessionNumber}`;

export const makingName = (workerId: string) => `${workerId}.making`;

export const removedName = (workerId: string) => `${workerId}.removed`;
