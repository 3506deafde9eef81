import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Session, sandboxSizeName } from "@tembo-io/sdk";
import { useAgentNames } from "../../api/use-agent-names.ts";
import { currentState, StateMark, shownState } from "../../components/state-mark.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { AgentLink } from "../agent-link.tsx";
import type { Connection } from "../feed/session-feed.ts";
import { canStop } from "../session-actions.ts";
import { authorQuery } from "../session-query.ts";
import type { Transcript } from "../transcript/draft.ts";
import { useSavedAgent } from "../use-saved-agent.ts";
import { ConnectionMark } from "./connection-mark.tsx";
import { KeepAliveMenu } from "./keep-alive-menu.tsx";
import classes from "./session-header.module.css";
import { SessionMenu } from "./session-menu.tsx";
import { SessionProject } from "./session-project.tsx";
import { SessionTitle } from "./session-title.tsx";
import { StopButton } from "./stop-button.tsx";

export function SessionHeader({
  session,
  transcript,
  connection,
}: {
  readonly session: Session;
  readonly transcript: Transcript;
  readonly connection: Connection;
}) {
  const state = currentState(session);
  // The transcript contains permission requests and questions earlier than the session.
  const attention = session.attention === "plan" ? session.attention : null;
  const agent = useSavedAgent(session.agentId);
  const { data: made } = useQuery(authorQuery(session.id));
  const about = [
    session.sessionSource.repositories.map(({ name }) => name).join(", "),
    session.branchName !== null && session.targetBranch !== null
      ? text.panel.pulls.into(session.branchName, session.targetBranch)
      : session.branchName,
    useAgentNames([session.agent])(session.agent),
    made?.isYou === false ? (made.author?.name ?? null) : null,
    session.mode === "planning" ? text.composer.mode.planning : "",
    session.sandboxSize === null ? "" : text.session.header.size(sandboxSizeName(session.sandboxSize)),
  ].filter((part) => part !== null && part !== "");
  return (
    <header className={classes.header}>
      <StateMark state={transcript.openAsks.size > 0 ? "needsYou" : shownState({ ...session, attention })} />
      <div className={classes.words}>
        <SessionTitle session={session} />
        <Text size="xs" c="dimmed" truncate component="div">
          {session.project !== null && (
            <span className={classes.part}>
              <SessionProject session={session} project={session.project} />
            </span>
          )}
          {session.attempt !== null && (
            <span className={classes.part}>
              <TextLink inherit to="/sessions/$sessionId/attempts" params={{ sessionId: session.id }}>
                {text.attempts.place(session.attempt.number, session.attempt.count)}
              </TextLink>
            </span>
          )}
          {agent !== null && (
            <span className={classes.part}>
              <AgentLink agent={agent} />
            </span>
          )}
          {about.map((part) => (
            <span key={part} className={classes.part}>
              <bdi>{part}</bdi>
            </span>
          ))}
          <span className={classes.part}>
            <TimeAgo at={session.createdAt} />
          </span>
        </Text>
      </div>
      <Group gap={8} wrap="nowrap" className={classes.actions}>
        {session.archivedAt !== null && (
          <Badge size="sm" variant="light" color="gray" tt="none">
            {text.session.header.archived}
          </Badge>
        )}
        <ConnectionMark connection={connection} />
        <KeepAliveMenu sessionId={session.id} changedBy={transcript.changedBy} />
        {canStop(state) && <StopButton sessionId={session.id} queued={transcript.waiting.length} />}
        <SessionMenu session={session} transcript={transcript} connection={connection} />
      </Group>
    </header>
  );
}
