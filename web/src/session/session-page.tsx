import { Button, Group, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { tembo } from "../api/client.ts";
import { Failed } from "../components/failed.tsx";
import { StateMark, stateOf } from "../components/state-mark.tsx";
import { text } from "../text/index.ts";
import { useSessionFeed } from "./session-events.ts";
import classes from "./session-page.module.css";

export function SessionPage() {
  const { sessionId } = useParams({ from: "/inside/sessions/$sessionId" });
  const session = useQuery({
    queryKey: ["session", sessionId],
    queryFn: ({ signal }) => tembo.sessions.retrieve(sessionId, { signal }),
  });
  const { events, connection, error } = useSessionFeed(sessionId);
  const [draft, setDraft] = useState("");
  const send = useMutation({
    mutationFn: () => tembo.messages.create({ sessionId, content: draft }),
    onSuccess: () => setDraft(""),
  });
  if (session.isError) return <Failed error={session.error} onRetry={() => void session.refetch()} />;
  return (
    <>
      <Group component="header" className={classes.header} wrap="nowrap">
        {session.data !== undefined && <StateMark state={stateOf(session.data)} />}
        <Title order={1} lineClamp={1} dir="auto">
          {session.data?.title ?? ""}
        </Title>
        <Text size="xs" c="dimmed">
          {text.session.connection[connection]}
        </Text>
      </Group>
      {error !== null && <Failed error={error} />}
      <ol className={classes.transcript} aria-label={text.session.transcript}>
        {events.map((event) => (
          <li key={event.id}>
            <code>{event.eventType}</code>
          </li>
        ))}
      </ol>
      <form
        className={classes.composer}
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Textarea
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
          aria-label={text.session.message}
          placeholder={text.session.placeholder}
          autosize
          maxRows={10}
          flex={1}
        />
        <Button type="submit" loading={send.isPending} disabled={draft.trim() === ""}>
          {text.session.send}
        </Button>
      </form>
      {send.isError && <Failed error={send.error} />}
    </>
  );
}
