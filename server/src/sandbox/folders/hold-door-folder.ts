import { rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { SandboxSpec } from "../../core/turns/index.ts";

type Doors = Pick<SandboxSpec, "sessionId" | "doors">;

/** While a program runs that sees the folder, it stays when its last door closes: a door that opens later is then seen too. */
export function holdDoorFolder(spec: Doors): void {
  if (isOwn(spec)) writeFileSync(markOf(spec), "", { mode: 0o600 });
}

export function releaseDoorFolder(spec: Doors): void {
  if (isOwn(spec)) rmSync(markOf(spec), { force: true });
}

const isOwn = ({ sessionId, doors }: Doors) => basename(dirname(doors.model)) === sessionId;
const markOf = ({ doors }: Doors) => join(dirname(doors.model), ".held");
