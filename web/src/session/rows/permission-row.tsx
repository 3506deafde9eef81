import { Button, Group, Text, TextInput } from "@mantine/core";
import { IconShieldCheck, IconShieldQuestion, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { formatInput } from "../tool-input.ts";
import type { ItemOf } from "../transcript/item.ts";
import { useMemberName } from "../use-member-name.ts";
import { Expiry } from "./expiry.tsx";
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
  return item.answer === null ? (
    <OpenPermission item={item} sessionId={sessionId} />
  ) : (
    <Answered title={item.title} answer={item.answer} />
  );
}

function Answered({
  title,
  answer: { decision, by, comment, isForSession, userId },
}: {
  readonly title: string;
  readonly answer: NonNullable<ItemOf<"permission">["answer"]>;
}) {
  const name = useMemberName(userId);
  const what = decision === "deny" ? words.denied : isForSession ? words.allowedForSession : words.allowed;
  const Icon = decision === "allow" ? IconShieldCheck : IconShieldX;
  return (
    <p className={classes.line}>
      <Icon size={15} className={decision === "allow" ? classes.good : classes.bad} aria-hidden />
      <span dir="auto">
        {what} {name === null ? words.by[by] : words.byName(name)}: {title}
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
    mutationFn: (choice: "allow" | "session" | "deny") =>
      tembo.sessions.permissions.answer(sessionId, item.permissionId, {
        decision: choice === "deny" ? "deny" : "allow",
        ...(choice === "session" && { scope: "session" }),
        ...(choice === "deny" && comment.trim() !== "" && { comment }),
      }),
  });
  const hintId = useId();
  const forSession = words.forSessionOf[item.toolKind];
  const button = (choice: "allow" | "session" | "deny") => ({
    size: "xs",
    onClick: () => answer.mutate(choice),
    loading: answer.isPending && answer.variables === choice,
    disabled: answer.isPending || answer.isSuccess,
  });
  return (
    <article className={classes.ask} aria-label={words.asks}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <IconShieldQuestion size={18} aria-hidden />
        <Text size="sm" fw={600}>
          {words.asks}
        </Text>
        {item.expiresAt !== null && <Expiry at={item.expiresAt} />}
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
        <Button {...button("allow")}>{words.allow}</Button>
        {forSession !== undefined && (
          <Button {...button("session")} variant="default" aria-describedby={hintId}>
            {words.forSession}
          </Button>
        )}
        <Button {...button("deny")} variant="default">
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
      {forSession !== undefined && (
        <Text size="xs" c="dimmed" mt={6} id={hintId}>
          {words.forSessionHint(forSession)}
        </Text>
      )}
      {answer.isError && <Failed error={answer.error} />}
    </article>
  );
}
