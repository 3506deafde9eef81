import { ActionIcon, Avatar, Group, Text } from "@mantine/core";
import { IconFold, IconFoldDown } from "@tabler/icons-react";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { AgentLink } from "../agent-link.tsx";
import { useAuthorOf } from "../messages-query.ts";
import type { ItemOf } from "../transcript/item.ts";
import { useStartingAgent } from "../use-saved-agent.ts";
import { AttachmentLink } from "./attachment-link.tsx";
import classes from "./rows.module.css";

export function MessageRow({
  item,
  sessionId,
  turn,
  onFold,
}: {
  readonly item: ItemOf<"message">;
  readonly sessionId: string;
  /** State of the turn that the message started, or null if it cannot be folded. */
  readonly turn: "open" | "folded" | null;
  readonly onFold: (key: string) => void;
}) {
  const person = useAuthorOf(sessionId, item.messageId);
  const agent = useStartingAgent(sessionId, item.messageId);
  const author = person ?? agent?.name;
  return (
    <article className={classes.message} aria-label={text.session.by(author ?? text.general.somebody)}>
      <Group gap={8} mb={6} wrap="nowrap">
        <Avatar size={20} radius="xl" name={author ?? ""} color="initials" aria-hidden />
        <Text size="sm" fw={600} truncate dir="auto">
          {person === undefined && agent !== null ? <AgentLink agent={agent} /> : author}
        </Text>
        <Text size="xs" c="dimmed">
          <TimeAgo at={item.at} />
        </Text>
        {item.isSteered && (
          <Text size="xs" c="dimmed">
            {text.session.joined}
          </Text>
        )}
        {turn !== null && <FoldTurn isFolded={turn === "folded"} onFold={() => onFold(item.key)} />}
      </Group>
      <div className={classes.words} dir="auto">
        {item.content}
      </div>
      {item.attachments.length > 0 && (
        <Group
          gap={8}
          mt={8}
          component="ul"
          className={classes.attachments}
          aria-label={text.session.attachments}
        >
          {item.attachments.map((attachment) => (
            <li key={attachment.id}>
              <AttachmentLink attachment={attachment} />
            </li>
          ))}
        </Group>
      )}
    </article>
  );
}

function FoldTurn({ isFolded, onFold }: { readonly isFolded: boolean; readonly onFold: () => void }) {
  const Icon = isFolded ? IconFoldDown : IconFold;
  const name = isFolded ? text.session.unfoldTurn : text.session.foldTurn;
  return (
    <ActionIcon
      size={24}
      variant="subtle"
      color="gray"
      ms="auto"
      my={-2}
      aria-label={name}
      title={name}
      onClick={onFold}
    >
      <Icon size={16} aria-hidden />
    </ActionIcon>
  );
}
