import { useInViewport } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { PullRequestListItem } from "@tembo-io/sdk";
import { useForgeLabel } from "../api/providers.ts";
import { TimeAgo } from "../components/time-ago.tsx";
import { formatCount } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import { ChecksMark } from "./checks-mark.tsx";
import { PullRequestMark } from "./pull-request-mark.tsx";
import { pullRequestStatusQuery } from "./review-query.ts";
import classes from "./review-row.module.css";

export function ReviewRow({ pullRequest }: { readonly pullRequest: PullRequestListItem }) {
  const { id, number, title, author, codeRepository, session, diff } = pullRequest;
  return (
    <li className={classes.row}>
      <PullRequestMark pullRequest={pullRequest} />
      <div className={classes.words}>
        <Link
          to="/review/$pullRequestId"
          params={{ pullRequestId: id }}
          className={classes.title}
          data-row
          dir="auto"
        >
          {title ?? text.review.untitled}
        </Link>
        <div className={classes.about}>
          <span className={classes.place}>
            {codeRepository !== null && `${codeRepository.owner}/${codeRepository.name}`}
            {number !== null && ` #${number}`}
          </span>
          {pullRequest.status === "open" && pullRequest.reviewDecision === "CHANGES_REQUESTED" && (
            <span>{text.review.changesRequested}</span>
          )}
          {author.login !== null && <span className={classes.wide}>{text.review.by(author.login)}</span>}
          {session !== null && (
            <Link to="/sessions/$sessionId" params={{ sessionId: session.id }} className={classes.other}>
              {text.review.session}
            </Link>
          )}
          <ForgeLink pullRequest={pullRequest} />
        </div>
      </div>
      {pullRequest.status === "open" && <Checks id={id} />}
      {diff !== null && diff.additions + diff.deletions > 0 && (
        <span
          className={classes.lines}
          role="img"
          aria-label={text.review.lines(diff.additions, diff.deletions)}
        >
          <span className={classes.added}>+{formatCount(diff.additions)}</span>{" "}
          <span className={classes.removed}>−{formatCount(diff.deletions)}</span>
        </span>
      )}
      <span className={classes.time}>
        <TimeAgo at={pullRequest.mergedAt ?? pullRequest.updatedAt} />
      </span>
    </li>
  );
}

/** Check results of a row. Loads them when the row is visible, because the list does not contain them. */
function Checks({ id }: { readonly id: string }) {
  const { ref, inViewport } = useInViewport<HTMLSpanElement>();
  const status = useQuery({ ...pullRequestStatusQuery(id), enabled: inViewport });
  return (
    <span ref={ref} className={classes.checks}>
      {status.data !== undefined && <ChecksMark checks={status.data.checks} />}
    </span>
  );
}

/** Link to the pull request on the forge. Renders nothing for the built-in forge, which has no separate pages. */
function ForgeLink({
  pullRequest: { url, externalProvider },
}: {
  readonly pullRequest: PullRequestListItem;
}) {
  const forge = useForgeLabel(externalProvider);
  if (externalProvider === "local") return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className={classes.other}
      title={text.review.openOnForge(forge)}
    >
      {forge}
    </a>
  );
}
