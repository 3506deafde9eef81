import { ActionIcon, TextInput, Title } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Session } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { sessionQuery } from "../session-query.ts";
import classes from "./session-header.module.css";

const words = text.session.header;
const LONGEST_TITLE = 1_000;

/** The title, editable in place. Pressing Enter or leaving the field saves it, and Escape discards the change. */
export function SessionTitle({ session }: { readonly session: Session }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null);
  const rename = useMutation({
    mutationFn: (title: string) => tembo.sessions.update(session.id, { title }),
    onSuccess: (changed) => {
      client.setQueryData(sessionQuery(session.id).queryKey, changed);
      setTyped(null);
    },
  });
  if (typed === null) {
    return (
      <div className={classes.title}>
        <Title order={1} lineClamp={1} dir="auto" title={session.title}>
          {session.title}
        </Title>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          onClick={() => setTyped(session.title)}
          aria-label={words.editTitle}
        >
          <IconPencil size={14} aria-hidden />
        </ActionIcon>
      </div>
    );
  }
  const save = () => {
    const title = typed.trim();
    if (title === "" || title === session.title) setTyped(null);
    else rename.mutate(title);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextInput
        size="xs"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Escape") setTyped(null);
        }}
        aria-label={words.title}
        maxLength={LONGEST_TITLE}
        error={rename.isError ? errorMessage(rename.error) : undefined}
        disabled={rename.isPending}
        autoFocus
      />
    </form>
  );
}
