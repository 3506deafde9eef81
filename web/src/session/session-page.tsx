import { Center, Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";
import { Composer } from "./composer/composer.tsx";
import { useSessionFeed } from "./feed/use-session-feed.ts";
import { SessionHeader } from "./header/session-header.tsx";
import { messagesQuery } from "./messages-query.ts";
import { NextStep } from "./next-step/next-step.tsx";
import { SessionPanel } from "./panel/session-panel.tsx";
import { plansKey } from "./plan-query.ts";
import { refreshInterval, sessionQuery } from "./session-query.ts";
import { TranscriptList } from "./transcript-list.tsx";
import { useTabTitle } from "./use-tab-title.ts";

export function SessionPage() {
  const { sessionId } = useParams({ from: "/inside/sessions/$sessionId" });
  // The key resets all state when the session changes.
  return <OneSession key={sessionId} sessionId={sessionId} />;
}

function OneSession({ sessionId }: { readonly sessionId: string }) {
  const session = useQuery({
    ...sessionQuery(sessionId),
    refetchInterval: ({ state }) => refreshInterval(state.data),
  });
  const { events, transcript, connection, error } = useSessionFeed(sessionId);
  useFreshSession(sessionId, transcript.changedBy);
  useTabTitle(session.data?.title, transcript);
  if (session.isLoadingError) return <Failed error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === undefined) {
    return (
      <Center flex={1}>
        <Loader aria-label={text.general.loading} />
      </Center>
    );
  }
  return (
    <>
      <SessionHeader session={session.data} transcript={transcript} connection={connection} />
      <SessionPanel session={session.data} events={events}>
        {error !== null && <Failed error={error} />}
        <TranscriptList transcript={transcript} sessionId={sessionId} />
        <NextStep session={session.data} transcript={transcript} />
        <Composer transcript={transcript} session={session.data} events={events} />
      </SessionPanel>
    </>
  );
}

/** Reloads the session, its messages and its plan after each event that changes them. */
function useFreshSession(sessionId: string, changedBy: number): void {
  const client = useQueryClient();
  useEffect(() => {
    if (changedBy === 0) return;
    const keys = [sessionQuery(sessionId).queryKey, messagesQuery(sessionId).queryKey, plansKey(sessionId)];
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  }, [client, sessionId, changedBy]);
}
