import type { Session, SessionEvent } from "@tembo-io/sdk";

/** Props of each panel. */
export interface PanelProps {
  readonly session: Session;
  readonly events: readonly SessionEvent[];
}
