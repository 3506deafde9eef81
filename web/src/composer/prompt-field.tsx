import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import { repositoryChoices } from "../api/choices.ts";
import { CompletingTextarea } from "../completion/completing-textarea.tsx";
import type { Scope } from "../completion/scope.ts";
import { text } from "../text/index.ts";
import classes from "./composer.module.css";

/** Field for the prompt. Completes files and repositories after "@", and commands after "/". */
export function PromptField({
  value,
  scope,
  error,
  onChange,
  onRepository,
  onSubmit,
}: {
  readonly value: string;
  readonly scope: Scope;
  readonly error: ReactNode;
  readonly onChange: (prompt: string) => void;
  readonly onRepository: (id: string) => void;
  readonly onSubmit: () => void;
}) {
  const { data: choices = [] } = useQuery(repositoryChoices);
  const field = useRef<HTMLTextAreaElement>(null);
  return (
    <CompletingTextarea
      field={field}
      value={value}
      scope={scope}
      placement="below"
      choices={choices}
      onRepository={onRepository}
      onChange={onChange}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        onSubmit();
      }}
      error={error}
      errorProps={{ role: "alert", px: "sm" }}
      aria-label={text.composer.prompt}
      placeholder={text.composer.placeholder}
      variant="unstyled"
      classNames={{ input: classes.promptInput! }}
      size="md"
      autosize
      minRows={4}
      maxRows={18}
      autoFocus
    />
  );
}
