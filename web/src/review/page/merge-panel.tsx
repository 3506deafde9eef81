import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { ChecksMark, checksText } from "../checks-mark.tsx";
import { pullRequestStatusQuery } from "../review-query.ts";
import { Conflicts } from "./conflicts.tsx";
import { MergeButton } from "./merge-button.tsx";
import { MergeWarnings } from "./merge-warnings.tsx";
import classes from "./pull-request-page.module.css";
import { useEnded } from "./use-ended.ts";

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
      <MergeWarnings id={pullRequest.id} sessionId={pullRequest.session?.id ?? null} />
      {pullRequest.isDraft ? <Text size="sm">{words.draft}</Text> : <MergeButton pullRequest={pullRequest} />}
      <Close id={pullRequest.id} />
    </Stack>
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
