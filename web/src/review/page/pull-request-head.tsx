import { Anchor, Badge, Title } from "@mantine/core";
import { IconExternalLink, IconMessages } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { useForgeLabel } from "../../api/providers.ts";
import { StateMark, shownState } from "../../components/state-mark.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { ChecksMark } from "../checks-mark.tsx";
import { PullRequestMark, pullRequestLook } from "../pull-request-mark.tsx";
import { pullRequestStatusQuery } from "../review-query.ts";
import { TourLink } from "../tour/tour-link.tsx";
import { isWorking, useWorkingSession } from "./agent-panel.tsx";
import { describeMerge } from "./describe-merge.ts";
import classes from "./pull-request-page.module.css";
import { ReviewButton } from "./review-button.tsx";

interface HeadProps {
  readonly pullRequest: PullRequest;
}

/** Title and facts of a pull request. The title and the merge state stay visible while the page scrolls. */
export function PullRequestHead({ pullRequest }: HeadProps) {
  const { title, number, codeRepository, session, author, url, externalProvider } = pullRequest;
  const forge = useForgeLabel(externalProvider);
  const name = title ?? text.review.untitled;
  return (
    <>
      <header className={classes.titleBar}>
        <PullRequestMark pullRequest={pullRequest} />
        <Title order={1} className={classes.title} dir="auto" title={name}>
          {name}
        </Title>
        {number !== null && <span className={classes.number}>#{number}</span>}
        <div className={classes.state} aria-live="polite">
          {session !== null && <AgentState sessionId={session.id} />}
          <Badge variant="light" color="gray" tt="none" className={classes.status}>
            {text.review.status[pullRequestLook(pullRequest)]}
          </Badge>
          {pullRequest.status === "open" && <OpenState pullRequest={pullRequest} />}
        </div>
      </header>
      <div className={classes.facts}>
        {codeRepository !== null && (
          <TextLink to="/repositories/$repositoryId" params={{ repositoryId: codeRepository.id }} size="sm">
            {codeRepository.owner}/{codeRepository.name}
          </TextLink>
        )}
        <span className={classes.branches}>
          <code dir="auto">{pullRequest.sourceBranch}</code> {text.review.into}{" "}
          <code dir="auto">{pullRequest.baseBranch}</code>
        </span>
        {author.login !== null && <span>{text.review.by(author.login)}</span>}
        <TimeAgo at={pullRequest.createdAt} />
        <TourLink pullRequestId={pullRequest.id} />
        {session !== null && (
          <TextLink to="/sessions/$sessionId" params={{ sessionId: session.id }} size="sm">
            <IconMessages size={14} aria-hidden className={classes.icon} /> {text.review.session}
          </TextLink>
        )}
        {externalProvider !== "local" && (
          <Anchor href={url} target="_blank" rel="noreferrer" size="sm">
            <IconExternalLink size={14} aria-hidden className={classes.icon} />{" "}
            {text.review.openOnForge(forge)}
          </Anchor>
        )}
      </div>
    </>
  );
}

/** Shows that the agent works on the pull request or waits for a person, with a link to its session. */
function AgentState({ sessionId }: { readonly sessionId: string }) {
  const { data } = useWorkingSession(sessionId);
  if (data === undefined || (!isWorking(data) && data.attention === null)) return null;
  return (
    <TextLink to="/sessions/$sessionId" params={{ sessionId }} size="sm" className={classes.agent}>
      <StateMark state={shownState(data)} />{" "}
      {data.attention === null ? text.review.head.agentWorks : text.sessions.attention[data.attention]}
    </TextLink>
  );
}

/**
 * Shows whether the pull request can be merged, with a link to the conversation, where people merge it, and a form for
 * a review.
 */
function OpenState({ pullRequest }: HeadProps) {
  const { data } = useQuery(pullRequestStatusQuery(pullRequest.id));
  if (data === undefined) return null;
  return (
    <>
      <TextLink
        to="/review/$pullRequestId"
        params={{ pullRequestId: pullRequest.id }}
        size="sm"
        className={classes.mergeState}
      >
        <ChecksMark checks={data.checks} /> {text.review.head.merge[describeMerge(pullRequest, data)]}
      </TextLink>
      {data.reviewsHere && <ReviewButton pullRequest={pullRequest} />}
    </>
  );
}
