import { basename, dirname } from "node:path";
import type { SandboxSpec } from "../../core/turns/index.ts";
import { inside } from "./places.ts";

export interface DoorPlan {
  /** What of the host is seen inside; an optional one may be missing. */
  readonly mounts: readonly {
    readonly source: string;
    readonly target: string;
    readonly isOptional: boolean;
  }[];
  /** For the launcher: each loopback port and the socket, as seen inside, that it leads to. */
  readonly forwards: readonly { readonly port: number; readonly socketPath: string }[];
}

/**
 * A folder that holds the doors of this session and nothing else (it is named after the session) is mounted as a whole, so that a
 * door may open later. Out of any other folder only the sockets are, and one that opens later is refused until the next program.
 */
export function planDoors({ sessionId, doors }: Pick<SandboxSpec, "sessionId" | "doors">): DoorPlan {
  const kinds = ["model", "egress", "git", "tools"] as const;
  const folders = new Set(kinds.map((kind) => dirname(doors[kind])));
  const [folder] = folders;
  const isOwnFolder = folders.size === 1 && basename(folder!) === sessionId;
  const targetOf = (kind: (typeof kinds)[number]) =>
    `${inside.doorsPath}/${isOwnFolder ? basename(doors[kind]) : kind}`;
  return {
    mounts: isOwnFolder
      ? [{ source: folder!, target: inside.doorsPath, isOptional: false }]
      : kinds.map((kind) => ({ source: doors[kind], target: targetOf(kind), isOptional: true })),
    forwards: kinds.map((kind) => ({ port: inside.ports[kind], socketPath: targetOf(kind) })),
  };
}
