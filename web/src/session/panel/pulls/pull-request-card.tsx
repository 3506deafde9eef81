import { Anchor, Badge, Group, Skeleton, Text, Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconExternalLink,
  IconProgress,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { PullRequestStatus, Session } from "@tembo-io/sdk";
import { tembo } from "../../../api/client.ts";
import { LineCounts } from "../../../components/diff/line-counts.tsx";
import { Failed } from "../../../components/failed.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { TourLink } from "../../../review/tour/tour-link.tsx";
import { text } from "../../../text/index.ts";
import classes from "./pulls-panel.module.css";

type SessionPullRequest = Session["artifacts"][number]["pullRequests"][number];

const REFRESH_MS = 15_000;
const colors = { open: "green", draft: "gray", merged: "violet", closed: "red" } as const;

export function PullRequestCard({ pullRequest }: { readonly pullRequest: SessionPullRequest }) {
  const { url, title, codeRepository, sourceBranch, baseBranch, diff, createdAt } = pullRequest;
  const isOpen = pullRequest.status === "open";
  const state = isOpen && pullRequest.isDraft ? "draft" : pullRequest.status;
  return (
    <article className={classes.card}>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed" truncate dir="auto">
          {codeRepository === null
            ? text.panel.repositoryGone
            : [codeRepository.owner, codeRepository.name].filter(Boolean).join("/")}
        </Text>
        <Badge variant="light" color={colors[state]} className={classes.state}>
          {text.panel.pulls.status[state]}
        </Badge>
      </Group>
      <Title order={3} className={classes.title}>
        <Anchor href={url} target="_blank" rel="noreferrer" inherit dir="auto">
          {title ?? url} <IconExternalLink size={14} aria-hidden />
        </Anchor>
      </Title>
      <Group gap="xs">
        {sourceBranch !== null && baseBranch !== null && (
          <Text size="xs" c="dimmed" className={classes.branches} dir="auto">
            {text.panel.pulls.into(sourceBranch, baseBranch)}
          </Text>
        )}
        {diff !== null && <LineCounts additions={diff.additions} deletions={diff.deletions} />}
        <Text size="xs" c="dimmed">
          <TimeAgo at={createdAt} />
        </Text>
        <TourLink pullRequestId={pullRequest.id} />
      </Group>
      {isOpen && <Status pullRequestId={pullRequest.id} />}
    </article>
  );
}

/** Status of the pull request on the forge. Polls the status, because mergeability can change outside Tembo. */
function Status({ pullRequestId }: { readonly pullRequestId: string }) {
  const status = useQuery({
    queryKey: ["pull-request", pullRequestId, "status"],
    queryFn: ({ signal }) => tembo.pullRequests.status(pullRequestId, { signal }),
    refetchInterval: REFRESH_MS,
  });
  if (status.isLoadingError) return <Failed error={status.error} onRetry={() => void status.refetch()} />;
  if (status.isPending) return <Skeleton h={20} w="60%" />;
  const { checks, mergeability } = status.data;
  const Check = checkIcons[checks.state];
  const Merge = mergeIcons[mergeability];
  return (
    <ul className={classes.status} aria-live="polite">
      <li data-is={checks.state}>
        <Check size={16} aria-hidden />
        {checks.state === "failed"
          ? text.panel.pulls.checks.failed(checks.failed)
          : text.panel.pulls.checks[checks.state]}
      </li>
      <li data-is={mergeability}>
        <Merge size={16} aria-hidden />
        {text.panel.pulls.mergeability[mergeability]}
      </li>
    </ul>
  );
}

const checkIcons: Record<PullRequestStatus["checks"]["state"], typeof IconProgress> = {
  none: IconCircleDashed,
  pending: IconProgress,
  passed: IconCircleCheck,
  failed: IconCircleX,
};

const mergeIcons: Record<PullRequestStatus["mergeability"], typeof IconProgress> = {
  unknown: IconCircleDashed,
  mergeable: IconCircleCheck,
  conflicting: IconAlertTriangle,
  blocked: IconCircleX,
};
