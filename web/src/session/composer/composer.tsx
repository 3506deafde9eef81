import { ActionIcon, Button, FileButton, Group } from "@mantine/core";
import { IconPaperclip, IconSend2 } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Session, type SessionEvent, splitAgent } from "@tembo-io/sdk";
import { useCallback, useMemo, useRef, useState } from "react";
import { tembo } from "../../api/client.ts";
import { commandsQuery } from "../../completion/commands.ts";
import { CompletingTextarea } from "../../completion/completing-textarea.tsx";
import type { Scope } from "../../completion/scope.ts";
import { SendHint } from "../../completion/send-hint.tsx";
import { mayHaveCommand, splitCommand } from "../../completion/split-command.ts";
import { useSendKey } from "../../completion/use-sending.ts";
import { Failed } from "../../components/failed.tsx";
import { currentState } from "../../components/state-mark.tsx";
import { AttachmentChips } from "../../composer/attachment-chips.tsx";
import { type Attached, useAttachments } from "../../composer/use-attachments.ts";
import { useGivenFiles } from "../../composer/use-given-files.ts";
import { usePreparation } from "../../composer/use-preparation.ts";
import { text } from "../../text/index.ts";
import { authorQuery } from "../session-query.ts";
import type { Transcript } from "../transcript/draft.ts";
import { announcedCommands } from "./announced-commands.ts";
import classes from "./composer.module.css";
import { asBefore, NextOptionChips, optionFields } from "./next-options.tsx";
import { Queue } from "./queue.tsx";
import { useDraft } from "./use-draft.ts";
import { useFocusOnOpen } from "./use-focus-on-open.ts";

const words = text.session.composer;

interface Outgoing {
  readonly content: string;
  readonly deliveryMode: "queue" | "steer";
  readonly attachments: string[];
}

/** Form for the next message, below the queue. */
export function Composer({
  transcript,
  session,
  events,
}: {
  readonly transcript: Transcript;
  readonly session: Session;
  readonly events: readonly SessionEvent[];
}) {
  const sessionId = session.id;
  const queryClient = useQueryClient();
  // A draft's task is its first message. The person can change the task before the session starts.
  const isDraft = currentState(session) === "draft";
  const { data: made } = useQuery({ ...authorQuery(sessionId), enabled: isDraft });
  // Only the creator can change the task. Messages of others are added to it.
  const isOthers = made?.isYou === false;
  const prompt = isDraft && made?.isYou === true ? (session.description ?? "") : "";
  const scope = useMemo(() => scopeOf(session, events), [session, events]);
  const [{ words: typed, attachments }, setDraft] = useDraft(sessionId, prompt);
  const attach = useCallback(
    (attached: Attached) => setDraft((now) => ({ ...now, attachments: [...now.attachments, attached] })),
    [setDraft],
  );
  const { uploads, problems, add } = useAttachments(attach);
  const { isDragged, handlers } = useGivenFiles(add);
  const box = useRef<HTMLTextAreaElement>(null);
  useFocusOnOpen(box);
  const [next, setNext] = useState(asBefore);
  const isRunning = transcript.turn !== null;
  usePreparation({
    options: isRunning ? null : sessionId,
    typed,
    request: () => tembo.session.prepareReply(sessionId, { maxRetries: 0 }),
  });
  const send = useMutation({
    mutationFn: async ({ content, ...message }: Outgoing) => {
      const commands = mayHaveCommand(content) ? await queryClient.ensureQueryData(commandsQuery(scope)) : [];
      const first = splitCommand(content, commands);
      // Otherwise, the server would put the old task before the new one.
      if (prompt !== "" && first.content !== prompt)
        await tembo.sessions.update(sessionId, { description: first.content });
      // A message that joins the running turn cannot change its agent.
      const options = message.deliveryMode === "steer" ? {} : optionFields(next);
      return tembo.messages.create({ sessionId, ...message, ...first, ...options });
    },
    // Removes only the sent content. Text and files that the user added during the request belong to the next message.
    onSuccess: (_sent, { content, attachments: sent, deliveryMode }) => {
      if (deliveryMode === "queue") setNext(asBefore);
      setDraft((now) => ({
        words: now.words === content ? "" : now.words,
        attachments: now.attachments.filter(({ id }) => !sent.includes(id)),
      }));
      box.current?.focus();
    },
  });
  const canSend = typed.trim() !== "" && !send.isPending && uploads.length === 0;
  const submit = (deliveryMode: Outgoing["deliveryMode"]) => {
    if (canSend) send.mutate({ content: typed, deliveryMode, attachments: attachments.map(({ id }) => id) });
  };
  const onKeyDown = useSendKey(() => submit("queue"));
  return (
    <div className={classes.frame}>
      {isDraft && isOthers && (session.description ?? "") !== "" && (
        <blockquote className={classes.task} dir="auto">
          {session.description}
        </blockquote>
      )}
      {isDraft && (
        <p className={classes.draft}>
          {isOthers ? words.othersDraft : prompt === "" ? words.emptyDraft : words.draft}
        </p>
      )}
      <Queue sessionId={sessionId} waiting={transcript.waiting} isRunning={isRunning} />
      {send.isError && <Failed error={send.error} />}
      <form
        className={classes.composer}
        data-dragged={isDragged || undefined}
        {...handlers}
        onSubmit={(event) => {
          event.preventDefault();
          submit("queue");
        }}
      >
        <AttachmentChips
          attachments={attachments}
          uploads={uploads}
          problems={problems}
          onRemove={(id) =>
            setDraft((now) => ({ ...now, attachments: now.attachments.filter((one) => one.id !== id) }))
          }
        />
        <CompletingTextarea
          field={box}
          value={typed}
          scope={scope}
          side="above"
          onChange={(words) => setDraft((now) => ({ ...now, words }))}
          onKeyDown={onKeyDown}
          aria-label={words.message}
          data-next-message
          placeholder={
            isRunning
              ? words.placeholderRunning
              : isDraft
                ? words.placeholderDraft
                : session.archivedAt !== null
                  ? words.placeholderArchived
                  : words.placeholder
          }
          variant="unstyled"
          autosize
          maxRows={12}
        />
        <Group gap={8} wrap="nowrap">
          <FileButton multiple onChange={add}>
            {(props) => (
              <ActionIcon
                {...props}
                variant="subtle"
                color="gray"
                size={30}
                aria-label={words.attach}
                loading={uploads.length > 0}
              >
                <IconPaperclip size={16} aria-hidden />
              </ActionIcon>
            )}
          </FileButton>
          <NextOptionChips
            session={session}
            next={next}
            onChange={(change) => setNext((now) => ({ ...now, ...change }))}
          />
          <div className={classes.hint}>
            <SendHint />
          </div>
          {isRunning && (
            <Button
              className={classes.send}
              size="xs"
              variant="default"
              title={words.steerHint}
              disabled={!canSend}
              loading={send.isPending && send.variables.deliveryMode === "steer"}
              onClick={() => submit("steer")}
            >
              {words.steer}
            </Button>
          )}
          <Button
            className={classes.send}
            type="submit"
            size="xs"
            disabled={!canSend}
            loading={send.isPending && send.variables.deliveryMode === "queue"}
            leftSection={<IconSend2 size={14} aria-hidden />}
          >
            {isRunning ? words.queue : isDraft ? words.start : words.send}
          </Button>
        </Group>
      </form>
    </div>
  );
}

const scopeOf = (session: Session, events: readonly SessionEvent[]): Scope => ({
  repositories: session.sessionSource.repositories.map(({ id, name }) => ({
    id,
    name,
    branch: session.branchName,
  })),
  harness: session.agent === null ? null : splitAgent(session.agent).harness,
  announcedCommands: announcedCommands(events),
});
