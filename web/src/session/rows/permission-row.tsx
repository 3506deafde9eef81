import { Button, Group, Text, TextInput } from "@mantine/core";
import { IconShieldCheck, IconShieldQuestion, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { formatTime } from "../../format/dates.ts";
import { text } from "../../text/index.ts";
import { formatInput } from "../tool-input.ts";
import type { ItemOf } from "../transcript/item.ts";
import { Output } from "./output.tsx";
import classes from "./rows.module.css";

const words = text.session.permission;

export function PermissionRow({
  item,
  sessionId,
}: {
  readonly item: ItemOf<"permission">;
  readonly sessionId: string;
}) {
  if (item.answer === null) return <OpenPermission item={item} sessionId={sessionId} />;
  const { decision, by, comment } = item.answer;
  const Icon = decision === "allow" ? IconShieldCheck : IconShieldX;
  return (
    <p className={classes.line}>
      <Icon size={15} className={decision === "allow" ? classes.good : classes.bad} aria-hidden />
      <span dir="auto">
        {decision === "allow" ? words.allowed : words.denied} {words.by[by]}: {item.title}
        {comment !== null && ` (${comment})`}
      </span>
    </p>
  );
}

function OpenPermission({
  item,
  sessionId,
}: {
  readonly item: ItemOf<"permission">;
  readonly sessionId: string;
}) {
  const [comment, setComment] = useState("");
  const answer = useMutation({
    mutationFn: (decision: "allow" | "deny") =>
      tembo.sessions.permissions.answer(sessionId, item.permissionId, {
        decision,
        ...(decision === "deny" && comment.trim() !== "" && { comment }),
      }),
  });
  return (
    <article className={classes.ask} aria-label={words.asks}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <IconShieldQuestion size={18} aria-hidden />
        <Text size="sm" fw={600}>
          {words.asks}
        </Text>
        {item.expiresAt !== null && (
          <Text size="xs" c="dimmed" ms="auto">
            {words.until(formatTime(new Date(item.expiresAt)))}
          </Text>
        )}
      </Group>
      {(item.input === null || item.toolKind !== "execute") && (
        <Text size="sm" className={classes.words} dir="auto" mt={8}>
          {item.title}
        </Text>
      )}
      {item.input !== null && (
        <div className={classes.askInput}>
          <Output label={text.session.tool.input}>{formatInput(item.toolKind, item.input)}</Output>
        </div>
      )}
      <Group gap={8} mt={8}>
        <Button
          size="xs"
          onClick={() => answer.mutate("allow")}
          loading={answer.isPending && answer.variables === "allow"}
          disabled={answer.isPending || answer.isSuccess}
        >
          {words.allow}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => answer.mutate("deny")}
          loading={answer.isPending && answer.variables === "deny"}
          disabled={answer.isPending || answer.isSuccess}
        >
          {words.deny}
        </Button>
        <TextInput
          size="xs"
          flex={1}
          miw={140}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          placeholder={words.comment}
          aria-label={words.comment}
        />
      </Group>
      {answer.isError && <Failed error={answer.error} />}
    </article>
  );
}
