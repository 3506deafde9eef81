import { Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Session } from "@tembo-io/sdk";
import { useEffect, useRef } from "react";
import { currentState, StateMark, shownState } from "../../components/state-mark.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { sessionQuery } from "../../session/session-query.ts";
import { text } from "../../text/index.ts";
import { useRefresh } from "./conversation/conversation-query.ts";
import classes from "./pull-request-page.module.css";

const ACTIVE_REFRESH_MS = 4_000;
const REFRESH_MS = 15_000;

/** Session of a pull request, read again while the page is open. Its data is undefined if the viewer cannot see it. */
export const useWorkingSession = (sessionId: string) =>
  useQuery({
    ...sessionQuery(sessionId),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isWorking(state.data) ? ACTIVE_REFRESH_MS : REFRESH_MS,
  });

export function isWorking(session: Session): boolean {
  return session.state.inProgress || session.state.isQueued;
}

/** Shows what the agent does with the pull request, with a link to its session. Reloads the pull request after the work. */
export function AgentPanel({
  pullRequestId,
  sessionId,
}: {
  readonly pullRequestId: string;
  readonly sessionId: string;
}) {
  const { data: session } = useWorkingSession(sessionId);
  const refresh = useRefresh(pullRequestId);
  const isBusy = session !== undefined && isWorking(session);
  const wasBusy = useRef(isBusy);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the agent starts or ends
  useEffect(() => {
    if (wasBusy.current && !isBusy) void refresh();
    wasBusy.current = isBusy;
  }, [isBusy]);
  if (session === undefined) return null;
  const words = text.review.agent;
  const { attention, lastQueuedAt } = session;
  return (
    <section className={classes.panel} aria-labelledby="agent" aria-live="polite">
      <Title order={2} id="agent" mb="xs">
        {words.title}
      </Title>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <StateMark state={shownState(session)} />
        <Text size="sm">
          {attention === null ? words.state[currentState(session)] : text.sessions.attention[attention]}{" "}
          {!isBusy && attention === null && lastQueuedAt !== null && <TimeAgo at={lastQueuedAt} />}
        </Text>
      </Group>
      <TextLink to="/sessions/$sessionId" params={{ sessionId }} size="sm">
        {attention === null || attention === "failure" ? text.review.ask.toSession : words.decide}
      </TextLink>
    </section>
  );
}
