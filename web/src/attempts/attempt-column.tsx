import { Badge, Button, Group, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Session, SessionAttempt } from "@tembo-io/sdk";
import { useEffect, useMemo } from "react";
import { tembo } from "../api/client.ts";
import { useAgentNames } from "../api/use-agent-names.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Diff } from "../components/diff/diff.tsx";
import { LineCounts } from "../components/diff/line-counts.tsx";
import { parsePatch } from "../components/diff/parse-patch.ts";
import { Failed } from "../components/failed.tsx";
import { currentState, StateMark, shownState } from "../components/state-mark.tsx";
import { TextLink } from "../components/text-link.tsx";
import { formatDuration } from "../format/duration.ts";
import { formatMicroDollars } from "../format/numbers.ts";
import { ChecksMark } from "../review/checks-mark.tsx";
import { PullRequestMark } from "../review/pull-request-mark.tsx";
import { pullRequestStatusQuery } from "../review/review-query.ts";
import { useSessionFeed } from "../session/feed/use-session-feed.ts";
import { changesQuery, changingTypes } from "../session/panel/changes/changes-query.ts";
import { totalOf, turnsOf } from "../session/panel/usage/turns.ts";
import { versionOf } from "../session/panel/version-of.ts";
import { sessionQuery } from "../session/session-query.ts";
import { text } from "../text/index.ts";
import classes from "./attempts.module.css";
import { attemptsQuery } from "./attempts-query.ts";

const words = text.attempts;

const REFRESH_MS = 10_000;

export function AttemptColumn({
  attempt,
  groupSessionId,
  count,
  keptSessionId,
}: {
  readonly attempt: SessionAttempt;
  /** Session in the address of the page. */
  readonly groupSessionId: string;
  readonly count: number;
  readonly keptSessionId: string | null;
}) {
  const { sessionId, number, state } = attempt;
  const client = useQueryClient();
  const { data: session } = useQuery({
    ...sessionQuery(sessionId),
    // A message from another page can start the session again.
    refetchInterval: REFRESH_MS,
  });
  const { events, transcript } = useSessionFeed(sessionId, versionOfSession(session));
  const { changedBy } = transcript;
  useEffect(() => {
    if (changedBy > 0) void client.invalidateQueries({ queryKey: sessionQuery(sessionId).queryKey });
  }, [client, sessionId, changedBy]);
  // Closing the pull requests of an attempt that was not kept appends no event.
  useEffect(() => {
    if (state !== "open") void client.invalidateQueries({ queryKey: sessionQuery(sessionId).queryKey });
  }, [client, sessionId, state]);
  const { data: diffs = [] } = useQuery(changesQuery(sessionId, versionOf(events, changingTypes)));
  const changes = useMemo(() => diffs.map((diff) => ({ diff, files: parsePatch(diff.data) })), [diffs]);
  const turns = useMemo(() => turnsOf(events), [events]);
  const workedMs = turns.reduce(
    (sum, { startedAt, endedAt }) =>
      sum + (endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt)),
    0,
  );
  const answer = transcript.items.findLast(({ kind }) => kind === "text");
  const pulls = session?.artifacts.flatMap(({ pullRequests }) => pullRequests) ?? [];
  const nameOf = useAgentNames([attempt.agent]);
  return (
    <section className={classes.column} aria-label={words.place(number, count)}>
      <Group gap="xs" wrap="nowrap">
        {session !== undefined && <StateMark state={shownState(session)} />}
        <Title order={2} className={classes.heading}>
          {words.place(number, count)}
        </Title>
      </Group>
      <Text size="sm">{nameOf(attempt.agent)}</Text>
      <dl className={classes.facts}>
        <dt>{words.cost}</dt>
        <dd>{formatMicroDollars(totalOf(turns).costMicroUsd)}</dd>
        <dt>{words.time}</dt>
        <dd>{workedMs === 0 ? words.noTime : formatDuration(workedMs)}</dd>
        <dt>{words.changes}</dt>
        <dd>{session?.diffSummary == null ? words.none : <LineCounts {...session.diffSummary} />}</dd>
        <dt>{words.pulls}</dt>
        <dd>{pulls.length === 0 ? words.noPulls : pulls.map((one) => <Pull key={one.id} pull={one} />)}</dd>
      </dl>
      <Group gap="xs">
        <Keep attempt={attempt} groupSessionId={groupSessionId} keptSessionId={keptSessionId} />
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => <Link to="/sessions/$sessionId" params={{ sessionId }} {...props} />}
        >
          {words.open}
        </Button>
      </Group>
      {attempt.problem !== null && (
        <p role="alert" className={classes.problem}>
          {attempt.problem}
        </p>
      )}
      <p className={classes.answer} dir="auto">
        {answer?.kind === "text" ? answer.text : words.noAnswer}
      </p>
      {changes.map(({ diff, files }) => (
        <Diff key={diff.id} name={diff.id} files={files} view="unified" annotations={[]} />
      ))}
    </section>
  );
}

/** Returns a text that changes with each turn, also with one that starts and ends between two reads. Pure. */
function versionOfSession(session: Session | undefined): string {
  return session === undefined ? "" : `${currentState(session)} ${session.updatedAt}`;
}

function Pull({
  pull,
}: {
  readonly pull: { readonly id: string; readonly title: string | null; readonly url: string } & Parameters<
    typeof PullRequestMark
  >[0]["pullRequest"];
}) {
  const { data } = useQuery(pullRequestStatusQuery(pull.id));
  return (
    <Group gap={6} wrap="nowrap">
      <PullRequestMark pullRequest={pull} />
      <TextLink inherit to="/review/$pullRequestId" params={{ pullRequestId: pull.id }}>
        {pull.title ?? pull.url}
      </TextLink>
      {data !== undefined && <ChecksMark checks={data.checks} />}
    </Group>
  );
}

/** Button that keeps the attempt after a confirmation, or the attempt's state after one was kept. */
function Keep({
  attempt,
  groupSessionId,
  keptSessionId,
}: {
  readonly attempt: SessionAttempt;
  readonly groupSessionId: string;
  readonly keptSessionId: string | null;
}) {
  const { sessionId, number, state, problem } = attempt;
  const [isAsking, asking] = useDisclosure(false);
  const client = useQueryClient();
  const keep = useMutation({
    mutationFn: () => tembo.sessions.keep(keptSessionId ?? sessionId),
    onSuccess: (group) => {
      client.setQueryData(attemptsQuery(groupSessionId).queryKey, group);
      void client.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  if (problem !== null)
    return (
      <>
        {/* Without it, the person cannot see the session that was kept. */}
        {keptSessionId !== null && (
          <Button size="xs" variant="default" loading={keep.isPending} onClick={() => keep.mutate()}>
            {words.tryAgain}
          </Button>
        )}
        {keep.isError && <Failed error={keep.error} />}
      </>
    );
  if (state !== "open")
    return (
      <Badge variant="light" color={state === "kept" ? "green" : "gray"} tt="none">
        {words[state]}
      </Badge>
    );
  if (keptSessionId !== null) return null;
  return (
    <>
      <Button size="xs" onClick={asking.open}>
        {words.keep}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={words.confirmTitle(number)}
        confirm={words.keep}
        cancel={words.cancel}
        change={keep}
        color="teal"
      >
        {words.confirm}
      </ConfirmDialog>
    </>
  );
}
