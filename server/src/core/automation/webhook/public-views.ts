import type { Session as SessionView, WebhookPullRequest } from "@tembo/contract";
import type { PullRequest } from "../../forges/index.ts";
import type { Session } from "../../sessions/index.ts";

/** Renders objects in the format of the public API, for webhook receivers. */
export interface PublicViews {
  session(session: Session): Promise<SessionView>;
  /** Renders a pull request. `session` is the session that works on it, or null if it must not be disclosed. */
  pullRequest(pullRequest: PullRequest, session: Session | null): Promise<WebhookPullRequest>;
}
