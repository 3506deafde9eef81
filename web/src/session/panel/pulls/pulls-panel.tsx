import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import body from "../panel-body.module.css";
import type { PanelProps } from "../session-panel.tsx";
import { PullRequestCard } from "./pull-request-card.tsx";
import classes from "./pulls-panel.module.css";

/** The pull requests that the session opened. */
export function PullsPanel({ session }: PanelProps) {
  const pullRequests = session.artifacts.flatMap((artifact) => artifact.pullRequests);
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
