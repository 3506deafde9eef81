import type { LaunchSpec } from "../../launch-spec.ts";
import type { HarnessProcess } from "../process/harness-process.ts";
import type { PermissionDesk } from "../process/permission-desk.ts";
import type { StartTimer } from "../timer.ts";
import type { Pace } from "../updates/flood-gate.ts";
import type { OpenedSession } from "./open-session.ts";
import type { SessionUpdates } from "./session-updates.ts";

/** Dependencies of an open conversation. */
export interface OpenConversation {
  readonly spec: LaunchSpec;
  readonly process: HarnessProcess;
  readonly session: OpenedSession;
  readonly sessionUpdates: SessionUpdates;
  readonly permissions: PermissionDesk;
  /** Working directory inside the sandbox. */
  readonly cwd: string;
  readonly startTimer: StartTimer;
  readonly pace?: Pace | undefined;
  readonly onClosed?: (() => void) | undefined;
}
