import { Textarea, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { repositoryChoices } from "../api/choices.ts";
import { text } from "../text/index.ts";
import { complete, type Mention, matching, mentionAt } from "./completion.ts";
import classes from "./composer.module.css";

/** Where the task is written. Behind an "@" it offers the repositories. */
export function PromptField({
  value,
  error,
  onChange,
  onRepository,
  onFiles,
  onSubmit,
}: {
  readonly value: string;
  readonly error: ReactNode;
  readonly onChange: (prompt: string) => void;
  readonly onRepository: (id: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onSubmit: () => void;
}) {
  const { data = [] } = useQuery(repositoryChoices);
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [mention, setMention] = useState<Mention | null>(null);
  const [marked, setMarked] = useState(0);
  const offered = mention === null ? [] : matching(data, mention.typed);
  const isOpen = offered.length > 0;
  const look = () => {
    const { value: now, selectionStart } = field.current!;
    setMention(mentionAt(now, selectionStart));
    setMarked(0);
  };
  const take = (choice: (typeof offered)[number]) => {
    const done = complete(value, mention!, choice.label.split("/").at(-1)!);
    onChange(done.prompt);
    onRepository(choice.value);
    setMention(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(done.caret, done.caret);
    });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return onSubmit();
    }
    if (!isOpen) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setMarked((marked + step + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") take(offered[marked]!);
    else if (event.key === "Escape") setMention(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    onFiles([...event.clipboardData.files]);
  };
  return (
    <div className={classes.prompt}>
      <Textarea
        ref={field}
        value={value}
        onChange={({ currentTarget }) => {
          onChange(currentTarget.value);
          look();
        }}
        onKeyDown={press}
        onClick={look}
        onBlur={() => setMention(null)}
        onPaste={paste}
        error={error}
        errorProps={{ role: "alert", px: "sm" }}
        aria-label={text.composer.prompt}
        placeholder={text.composer.placeholder}
        variant="unstyled"
        classNames={{ input: classes.promptInput }}
        dir="auto"
        size="md"
        autosize
        minRows={4}
        maxRows={18}
        autoFocus
        aria-haspopup="listbox"
        aria-controls={listId}
        aria-autocomplete="list"
        {...(isOpen && { "aria-activedescendant": `${listId}-${marked}` })}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={text.composer.suggestions}
        className={classes.offers}
        hidden={!isOpen}
      >
        {offered.map((choice, index) => (
          <UnstyledButton
            key={choice.value}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === marked}
            className={classes.offer}
            // Before the field loses the focus, and with it the list.
            onMouseDown={(event) => {
              event.preventDefault();
              take(choice);
            }}
            dir="auto"
          >
            {choice.label}
          </UnstyledButton>
        ))}
      </div>
    </div>
  );
}
