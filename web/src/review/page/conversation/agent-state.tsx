import { Loader, Text } from "@mantine/core";
import { IconCheck, IconClock, IconMessage, IconMessageOff } from "@tabler/icons-react";
import type { PullRequestComment } from "@tembo-io/sdk";
import type { ReactNode } from "react";
import { text } from "../../../text/index.ts";
import classes from "./conversation.module.css";

type Agent = NonNullable<PullRequestComment["agent"]>;

const icons: Readonly<Record<Agent["state"], ReactNode>> = {
  queued: <IconClock size={14} aria-hidden />,
  working: <Loader size={12} aria-hidden />,
  replied: <IconMessage size={14} aria-hidden />,
  resolved: <IconCheck size={14} aria-hidden />,
  unanswered: <IconMessageOff size={14} aria-hidden />,
};

/** Shows what the agent does in a thread that was assigned to it, and the commit of its work. */
export function AgentState({ agent: { state, commitSha, reason } }: { readonly agent: Agent }) {
  const words = text.review.thread.agent;
  return (
    <div aria-live="polite">
      <div className={classes.agent} data-state={state}>
        {icons[state]}
        <span>
          {state === "unanswered" && commitSha !== null ? words.pushed : words[state]}
          {commitSha !== null && (
            <>
              {` ${words.commit} `}
              <code>{commitSha.slice(0, 8)}</code>
            </>
          )}
        </span>
      </div>
      {reason !== null && (
        <Text size="xs" c="dimmed" dir="auto">
          {reason}
        </Text>
      )}
    </div>
  );
}
