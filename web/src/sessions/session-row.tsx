import { ActionIcon, Group, Text } from "@mantine/core";
import { IconGitPullRequest, IconLock, IconPin, IconPinnedFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SessionListItem } from "@tembo-io/sdk";
import { repositoryNames } from "../api/choices.ts";
import { StateMark, stateOf } from "../components/state-mark.tsx";
import { TimeAgo } from "../components/time-ago.tsx";
import { text } from "../text/index.ts";
import classes from "./session-row.module.css";

export const ROW_HEIGHT = 60;

export function SessionRow({
  session,
  isCurrent,
  onFocus,
  onPin,
}: {
  readonly session: SessionListItem;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
  readonly onPin: () => void;
}) {
  const pullRequests = session.artifacts.flatMap((artifact) => artifact.pullRequests);
  const { diffSummary } = session;
  const Pin = session.isPinned ? IconPinnedFilled : IconPin;
  const names = useQuery(repositoryNames).data;
  const repositories = session.sessionSource.repositories.flatMap(({ id }) => names?.get(id) ?? []);
  return (
    <div className={classes.row} data-current={isCurrent || undefined}>
      <Link
        to="/sessions/$sessionId"
        params={{ sessionId: session.id }}
        id={`session-${session.id}`}
        className={classes.link}
        onFocus={onFocus}
      >
        <StateMark state={stateOf(session)} />
        <div className={classes.words}>
          <Text size="sm" fw={550} truncate dir="auto">
            {session.title}
          </Text>
          <Group gap={8} wrap="nowrap" className={classes.about}>
            {repositories.length > 0 && (
              <span className={classes.repositories} dir="auto">
                {repositories.join(", ")}
              </span>
            )}
            <span className={classes.agent}>{session.agent}</span>
          </Group>
        </div>
        {session.visibility === "private" && (
          <IconLock size={15} role="img" aria-label={text.sessions.private} className={classes.mark} />
        )}
        {diffSummary !== null && (
          <Text
            size="xs"
            className={classes.lines}
            aria-label={text.sessions.lines(diffSummary.additions, diffSummary.deletions)}
            role="img"
          >
            <span className={classes.added}>+{diffSummary.additions}</span>{" "}
            <span className={classes.removed}>−{diffSummary.deletions}</span>
          </Text>
        )}
        {pullRequests.length > 0 && (
          <Group
            gap={4}
            wrap="nowrap"
            className={classes.pulls}
            aria-label={text.sessions.openPullRequests(pullRequests.length)}
            role="img"
          >
            <IconGitPullRequest size={15} aria-hidden />
            <Text size="xs">{pullRequests.length}</Text>
          </Group>
        )}
        <Text size="xs" c="dimmed" className={classes.time}>
          <TimeAgo at={session.lastQueuedAt ?? session.createdAt} />
        </Text>
      </Link>
      <ActionIcon
        className={classes.pin}
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={session.isPinned ? text.sessions.unpin(session.title) : text.sessions.pin(session.title)}
        data-pinned={session.isPinned || undefined}
        onClick={onPin}
      >
        <Pin size={15} aria-hidden />
      </ActionIcon>
    </div>
  );
}
