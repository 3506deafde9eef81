import { ActionIcon, Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconChevronDown, IconGitMerge } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { ChecksMark, checksText } from "../checks-mark.tsx";
import { pullRequestQuery, pullRequestStatusQuery } from "../review-query.ts";
import { isWorking, useWorkingSession } from "./agent-panel.tsx";
import { Conflicts } from "./conflicts.tsx";
import { commentsQuery } from "./conversation/conversation-query.ts";
import { threadsOf } from "./conversation/threads.ts";
import classes from "./pull-request-page.module.css";

const methods = ["merge", "squash", "rebase"] as const;

/** Checks and conflicts of a pull request, with actions that merge or close it. */
export function MergePanel({ pullRequest }: { readonly pullRequest: PullRequest }) {
  const words = text.review.merge;
  return (
    <section className={classes.panel} aria-labelledby="merge" aria-live="polite">
      <Title order={2} id="merge" mb="xs">
        {words.title}
      </Title>
      {pullRequest.status === "open" && <Open pullRequest={pullRequest} />}
      {pullRequest.status !== "open" && <Ended pullRequest={pullRequest} />}
    </section>
  );
}

function Ended({ pullRequest: { id, status, mergedAt, updatedAt } }: { readonly pullRequest: PullRequest }) {
  const words = text.review.merge;
  const { data } = useQuery(pullRequestStatusQuery(id));
  const who = data?.ended?.by ?? null;
  const what =
    status === "merged"
      ? who === null
        ? words.mergedAt
        : words.mergedBy(who)
      : who === null
        ? words.closed
        : words.closedBy(who);
  const at = data?.ended?.at ?? (status === "merged" ? (mergedAt ?? updatedAt) : null);
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      <bdi>{what}</bdi> {at !== null && <TimeAgo at={at} />}
    </Text>
  );
}

function Open({ pullRequest }: { readonly pullRequest: PullRequest }) {
  const words = text.review.merge;
  const status = useQuery({ ...pullRequestStatusQuery(pullRequest.id), refetchInterval: 10_000 });
  return (
    <Stack gap="sm">
      {status.data !== undefined && (
        <>
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <ChecksMark checks={status.data.checks} />
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {checksText(status.data.checks)}
            </Text>
          </Group>
          {status.data.conflictsIn.length > 0 ? (
            <Conflicts pullRequest={pullRequest} files={status.data.conflictsIn} />
          ) : (
            <Text size="sm">{words.mergeability[status.data.mergeability]}</Text>
          )}
        </>
      )}
      <Warnings pullRequest={pullRequest} />
      {pullRequest.isDraft ? <Text size="sm">{words.draft}</Text> : <Merge pullRequest={pullRequest} />}
      <Close id={pullRequest.id} />
    </Stack>
  );
}

/** Shows what a person should know before the merge, although nothing prevents it. */
function Warnings({ pullRequest: { id, session } }: { readonly pullRequest: PullRequest }) {
  const words = text.review.merge;
  const { data: comments = [] } = useQuery(commentsQuery(id));
  const open = threadsOf(comments).filter(({ first }) => first.resolved === null).length;
  return (
    <>
      {session !== null && <AgentWarning sessionId={session.id} />}
      {open > 0 && <Warning sentence={words.openThreads(open)} />}
    </>
  );
}

function AgentWarning({ sessionId }: { readonly sessionId: string }) {
  const { data } = useWorkingSession(sessionId);
  return data !== undefined && isWorking(data) && <Warning sentence={text.review.merge.agentWorks} />;
}

function Warning({ sentence }: { readonly sentence: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" c="var(--state-needs)">
      <IconAlertTriangle size={16} aria-hidden />
      <Text size="sm">{sentence}</Text>
    </Group>
  );
}

function Merge({ pullRequest: { id, headSha, baseBranch } }: { readonly pullRequest: PullRequest }) {
  const words = text.review.merge;
  const [isAsking, { open, close }] = useDisclosure(false);
  const [method, setMethod] = useState<(typeof methods)[number]>("merge");
  const queryClient = useQueryClient();
  const onEnded = useEnded(id);
  const merge = useMutation({
    mutationFn: () => tembo.pullRequests.merge(id, { method, ...(headSha !== null && { headSha }) }),
    onSuccess: onEnded,
    onSettled: close,
    onError: () => queryClient.invalidateQueries({ queryKey: pullRequestQuery(id).queryKey }),
  });
  if (isAsking)
    return (
      <Stack gap="xs">
        <Text size="sm">{words.sure(baseBranch ?? "")}</Text>
        <Group gap="xs">
          <Button size="xs" loading={merge.isPending} onClick={() => merge.mutate()}>
            {words.confirm}
          </Button>
          <Button size="xs" variant="default" disabled={merge.isPending} onClick={close} autoFocus>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <>
      <Group gap={1} wrap="nowrap">
        <Button
          flex={1}
          leftSection={<IconGitMerge size={16} aria-hidden />}
          onClick={open}
          className={classes.joinEnd}
        >
          {words[method]}
        </Button>
        <Menu position="bottom-end" width={260}>
          <Menu.Target>
            <ActionIcon variant="filled" size={36} aria-label={words.method} className={classes.joinStart}>
              <IconChevronDown size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {methods.map((one) => (
              <Menu.Item key={one} onClick={() => setMethod(one)} aria-current={one === method || undefined}>
                <Text size="sm" fw={one === method ? 650 : 450}>
                  {words[one]}
                </Text>
                <Text size="xs" c="dimmed">
                  {words.explain[one]}
                </Text>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {merge.isError && <Failed error={merge.error} />}
    </>
  );
}

function Close({ id }: { readonly id: string }) {
  const words = text.review.merge;
  const [isAsking, { open, close }] = useDisclosure(false);
  const onEnded = useEnded(id);
  const end = useMutation({ mutationFn: () => tembo.pullRequests.close(id), onSuccess: onEnded });
  return (
    <>
      {isAsking ? (
        <Stack gap="xs">
          <Text size="sm">{words.closeSure}</Text>
          <Group gap="xs">
            <Button size="xs" color="red" loading={end.isPending} onClick={() => end.mutate()} data-autofocus>
              {words.close}
            </Button>
            <Button size="xs" variant="default" onClick={close}>
              {words.cancel}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Button variant="default" onClick={open}>
          {words.close}
        </Button>
      )}
      {end.isError && <Failed error={end.error} />}
    </>
  );
}

/**
 * Returns a function that caches the merged or closed pull request from a response, and reloads the lists and its
 * status.
 */
function useEnded(id: string): (ended: PullRequest) => Promise<void> {
  const queryClient = useQueryClient();
  return async (ended) => {
    queryClient.setQueryData(pullRequestQuery(id).queryKey, ended);
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: ["pullRequests"] }),
      queryClient.invalidateQueries({ queryKey: pullRequestStatusQuery(id).queryKey }),
    ]);
  };
}
