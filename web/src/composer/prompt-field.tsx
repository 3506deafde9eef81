import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import { repositoryChoices } from "../api/choices.ts";
import { CompletingTextarea } from "../completion/completing-textarea.tsx";
import type { Scope } from "../completion/scope.ts";
import { useSendKey } from "../completion/use-sending.ts";
import { text } from "../text/index.ts";
import classes from "./composer.module.css";

/** Field for the prompt. Completes files, pull requests and repositories after "@", and commands after "/". */
export function PromptField({
  value,
  scope,
  error,
  isReadOnly,
  onChange,
  onRepository,
  onSubmit,
}: {
  readonly value: string;
  readonly scope: Scope;
  readonly error: ReactNode;
  readonly isReadOnly: boolean;
  readonly onChange: (prompt: string) => void;
  readonly onRepository: (id: string) => void;
  readonly onSubmit: () => void;
}) {
  const { data: choices = [] } = useQuery(repositoryChoices);
  const field = useRef<HTMLTextAreaElement>(null);
  const onKeyDown = useSendKey(onSubmit);
  return (
    <CompletingTextarea
      field={field}
      value={value}
      scope={scope}
      side="below"
      choices={choices}
      onRepository={onRepository}
      onChange={onChange}
      onKeyDown={onKeyDown}
      error={error}
      readOnly={isReadOnly}
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
