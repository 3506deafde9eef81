import { Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { text } from "../../text/index.ts";
import { isWorking, useWorkingSession } from "./agent-panel.tsx";
import { commentsQuery } from "./conversation/conversation-query.ts";
import { threadsOf } from "./conversation/threads.ts";

/** Shows what a person should know before the merge, although nothing prevents it. */
export function MergeWarnings({ id, sessionId }: { readonly id: string; readonly sessionId: string | null }) {
  const words = text.review.merge;
  const { data: comments = [] } = useQuery(commentsQuery(id));
  const open = threadsOf(comments).filter(({ first }) => first.resolved === null).length;
  return (
    <>
      {sessionId !== null && <AgentWarning sessionId={sessionId} />}
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
