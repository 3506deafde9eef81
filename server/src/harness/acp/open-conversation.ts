import type { LaunchSpec } from "../launch-spec.ts";
import type { Pace } from "./flood-gate.ts";
import type { HarnessProcess } from "./harness-process.ts";
import type { OpenedSession } from "./open-session.ts";
import type { PermissionDesk } from "./permission-desk.ts";
import type { SessionNews } from "./session-news.ts";
import type { StartTimer } from "./timer.ts";

/** All that an open conversation works with. */
export interface OpenConversation {
  readonly spec: LaunchSpec;
  readonly process: HarnessProcess;
  readonly session: OpenedSession;
  readonly news: SessionNews;
  readonly permissions: PermissionDesk;
  /** As seen inside the sandbox. */
  readonly cwd: string;
  readonly startTimer: StartTimer;
  readonly pace?: Pace | undefined;
}
