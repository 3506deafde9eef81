import type { Session as SessionView, WebhookPullRequest } from "@tembo/contract";
import type { PullRequest } from "../../forges/index.ts";
import type { Session } from "../../sessions/index.ts";

/** Things as the public API shows them, for what is told to others than those who ask. */
export interface PublicViews {
  session(session: Session): Promise<SessionView>;
  /** `session`: the one that works on it, when that may be told. */
  pullRequest(pullRequest: PullRequest, session: Session | null): Promise<WebhookPullRequest>;
}
