import { PasswordInput, Select, TextInput } from "@mantine/core";
import type { ProjectVariableList } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Form } from "../../settings/kit/form.tsx";
import { useChange } from "../../settings/kit/use-change.ts";
import { projectsText } from "../../text/projects/index.ts";
import { variablesQuery } from "../projects-query.ts";

const words = projectsText.variables;
/** Minimum length of a masked value. Masking shorter values could hide large parts of a log. */
const LEAST_MASKED_LENGTH = 6;
const scopes = (["build", "buildAndRun"] as const).map((value) => ({ value, label: words.scope[value] }));

/** Form that stores a new variable, or a new value of `variable`. */
export function VariableForm({
  projectId,
  variable,
  onDone,
}: {
  readonly projectId: string;
  readonly variable?: ProjectVariableList["items"][number];
  readonly onDone: () => void;
}) {
  const [key, setKey] = useState(variable?.key ?? "");
  const [value, setValue] = useState("");
  const [scope, setScope] = useState(variable?.scope ?? "build");
  const save = useChange(
    () => tembo.projects.environmentVariables.create(projectId, { secrets: [{ key, value, scope }] }),
    { stale: [variablesQuery(projectId).queryKey], done: words.saved, onDone },
  );
  return (
    <Form
      change={save}
      onSubmit={() => save.mutate()}
      submit={words.save}
      canSubmit={key !== "" && value.trim().length >= LEAST_MASKED_LENGTH}
    >
      <TextInput
        label={words.key}
        placeholder="NPM_TOKEN"
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        readOnly={variable !== undefined}
        maxLength={255}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        autoComplete="off"
        spellCheck={false}
        data-autofocus={variable === undefined || undefined}
      />
      <PasswordInput
        label={variable === undefined ? words.value : words.newValue}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        autoComplete="off"
        error={value !== "" && value.trim().length < LEAST_MASKED_LENGTH && words.short}
        data-autofocus={variable !== undefined || undefined}
      />
      <Select
        label={words.scopeLabel}
        description={scope === "buildAndRun" ? words.runHint : undefined}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={scopes}
        value={scope}
        onChange={(chosen) => setScope(chosen as typeof scope)}
        allowDeselect={false}
      />
    </Form>
  );
}
