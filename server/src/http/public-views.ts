import type { PublicViews } from "../core/automation/index.ts";
import type { Ports } from "../core/ports.ts";
import { pullRequestItemView } from "./routes/pull-request/pull-request-view.ts";
import { sessionView } from "./routes/session/session-view.ts";

/** Creates the views. Calls `portsOf` for each view, because the views themselves are a port. */
export function createPublicViews(portsOf: () => Ports): PublicViews {
  return {
    session: (session) => sessionView(portsOf(), session),
    async pullRequest(pullRequest, session) {
      const { store, settings } = portsOf();
      const { organizationId, repositoryId, checks } = pullRequest;
      const repository = await store.repositories.find(organizationId, repositoryId);
      return {
        ...pullRequestItemView(settings.publicUrl, pullRequest, { repository, session }),
        checks: { ...checks, failed: [...checks.failed] },
      };
    },
  };
}
