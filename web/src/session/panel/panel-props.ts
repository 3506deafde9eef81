import type { Session, SessionEvent } from "@tembo-io/sdk";

export interface PanelProps {
  readonly session: Session;
  readonly events: readonly SessionEvent[];
}
