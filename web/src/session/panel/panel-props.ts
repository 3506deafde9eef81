import type { Session, SessionEvent } from "@tembo-io/sdk";

/** What each panel is about. */
export interface PanelProps {
  readonly session: Session;
  readonly events: readonly SessionEvent[];
}
