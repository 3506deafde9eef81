import { Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { PullRequest } from "@tembo-io/sdk";
import type { ReactNode } from "react";
import { TextLink } from "../../components/text-link.tsx";
import { text } from "../../text/index.ts";
import { PullRequestMark } from "../pull-request-mark.tsx";
import classes from "./tour.module.css";

export function TourHead({
  pullRequest,
  children,
}: {
  readonly pullRequest: PullRequest;
  readonly children?: ReactNode;
}) {
  const { id, title, number } = pullRequest;
  return (
    <header className={classes.head}>
      <TextLink to="/review/$pullRequestId" params={{ pullRequestId: id }} size="sm" className={classes.back}>
        <IconArrowLeft size={14} aria-hidden className={classes.icon} /> {text.tour.back}
      </TextLink>
      <div className={classes.titleLine}>
        <PullRequestMark pullRequest={pullRequest} />
        <Title order={1} className={classes.title}>
          <bdi>{title ?? text.review.untitled}</bdi>
          {number !== null && <span className={classes.quiet}> #{number}</span>}
        </Title>
      </div>
      {children}
    </header>
  );
}
