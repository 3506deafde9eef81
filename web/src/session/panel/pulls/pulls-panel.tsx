import { useQuery } from "@tanstack/react-query";
import { tembo } from "../../../api/client.ts";
import { Failed } from "../../../components/failed.tsx";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import body from "../panel-body.module.css";
import type { PanelProps } from "../panel-props.ts";
import { versionOf } from "../version-of.ts";
import { PullRequestCard } from "./pull-request-card.tsx";
import classes from "./pulls-panel.module.css";

const changingTypes = new Set(["pullRequest.opened", "pullRequest.updated", "turn.completed"]);

/** Pull requests that the session opened. */
export function PullsPanel({ session, events }: PanelProps) {
  const query = useQuery({
    queryKey: ["session", session.id, "pulls", versionOf(events, changingTypes)],
    queryFn: ({ signal }) => tembo.sessions.retrieve(session.id, { signal }),
    placeholderData: session,
  });
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const pullRequests = (query.data ?? session).artifacts.flatMap((artifact) => artifact.pullRequests);
  if (pullRequests.length === 0) return <Nothing>{text.panel.pulls.none}</Nothing>;
  return (
    <div className={body.scroll}>
      <ul className={classes.list}>
        {pullRequests.map((pullRequest) => (
          <li key={pullRequest.id}>
            <PullRequestCard pullRequest={pullRequest} />
          </li>
        ))}
      </ul>
    </div>
  );
}
