import { Button, Group, Text, Textarea } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import type { ItemOf } from "../transcript/item.ts";
import classes from "./rows.module.css";

const words = text.session.question;

export function QuestionRow({
  item,
  sessionId,
}: {
  readonly item: ItemOf<"question">;
  readonly sessionId: string;
}) {
  return (
    <article className={item.answer === null ? classes.ask : classes.card} aria-label={words.asks}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <IconHelpCircle size={18} className={classes.askIcon} aria-hidden />
        <Text size="sm" className={classes.words} dir="auto">
          {item.question}
        </Text>
      </Group>
      {item.answer === null ? (
        <Answer item={item} sessionId={sessionId} />
      ) : (
        <Text size="sm" mt={6} ms={26} dir="auto">
          {item.answer.text ?? words.none[item.answer.by]}
        </Text>
      )}
    </article>
  );
}

function Answer({ item, sessionId }: { readonly item: ItemOf<"question">; readonly sessionId: string }) {
  const [typed, setTyped] = useState("");
  const answer = useMutation({
    mutationFn: (given: string) => tembo.sessions.questions.answer(sessionId, item.questionId, given),
  });
  const isDone = answer.isPending || answer.isSuccess;
  if (item.options.length > 0) {
    return (
      <>
        <Group gap={8} mt={10}>
          {item.options.map((option) => (
            <Button
              key={option}
              size="xs"
              variant="default"
              onClick={() => answer.mutate(option)}
              loading={answer.isPending && answer.variables === option}
              disabled={isDone}
            >
              <bdi>{option}</bdi>
            </Button>
          ))}
        </Group>
        {answer.isError && <Failed error={answer.error} />}
      </>
    );
  }
  return (
    <form
      className={classes.answer}
      onSubmit={(event) => {
        event.preventDefault();
        answer.mutate(typed);
      }}
    >
      <Textarea
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        aria-label={words.answer}
        autosize
        maxRows={8}
        flex={1}
      />
      <Button type="submit" size="xs" loading={answer.isPending} disabled={isDone || typed.trim() === ""}>
        {words.send}
      </Button>
      {answer.isError && <Failed error={answer.error} />}
    </form>
  );
}
