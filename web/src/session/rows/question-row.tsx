import { Button, Group, Text, Textarea } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import type { ItemOf } from "../transcript/item.ts";
import { useMemberName } from "../use-member-name.ts";
import { Expiry } from "./expiry.tsx";
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
        <Text size="sm" className={classes.words} dir="auto" flex={1}>
          {item.question}
        </Text>
        {item.answer === null && <Expiry at={item.expiresAt} />}
      </Group>
      {item.answer === null ? (
        <OpenQuestion item={item} sessionId={sessionId} />
      ) : (
        <Answered answer={item.answer} />
      )}
    </article>
  );
}

function Answered({ answer }: { readonly answer: NonNullable<ItemOf<"question">["answer"]> }) {
  const name = useMemberName(answer.userId);
  return (
    <Text size="sm" mt={6} ms={26} dir="auto">
      {answer.text ?? words.none[answer.by]}
      {name !== null && (
        <Text span size="xs" c="dimmed" ms={8}>
          <bdi>{words.answeredBy(name)}</bdi>
        </Text>
      )}
    </Text>
  );
}

/** Choices of the question, if it has any, and a field for any other answer. */
function OpenQuestion({
  item,
  sessionId,
}: {
  readonly item: ItemOf<"question">;
  readonly sessionId: string;
}) {
  const [isOther, setOther] = useState(false);
  const answer = useMutation({
    mutationFn: (given: string) => tembo.sessions.questions.answer(sessionId, item.questionId, given),
  });
  const isDone = answer.isPending || answer.isSuccess;
  const hasChoices = item.options.length > 0;
  return (
    <>
      {hasChoices && (
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
          <Button
            size="xs"
            variant="subtle"
            aria-expanded={isOther}
            onClick={() => setOther(!isOther)}
            disabled={isDone}
          >
            {words.other}
          </Button>
        </Group>
      )}
      {(!hasChoices || isOther) && <FreeAnswer answer={answer} isFocused={isOther} />}
      {answer.isError && <Failed error={answer.error} />}
    </>
  );
}

function FreeAnswer({
  answer,
  isFocused,
}: {
  readonly answer: {
    readonly mutate: (given: string) => void;
    readonly isPending: boolean;
    readonly isSuccess: boolean;
  };
  readonly isFocused: boolean;
}) {
  const [typed, setTyped] = useState("");
  const isDone = answer.isPending || answer.isSuccess;
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
        autoFocus={isFocused}
      />
      <Button type="submit" size="xs" loading={answer.isPending} disabled={isDone || typed.trim() === ""}>
        {words.send}
      </Button>
    </form>
  );
}
