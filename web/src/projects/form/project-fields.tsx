import { Checkbox, Group, Stack, Switch, Text, Textarea } from "@mantine/core";
import { maxProjectScriptLength, projectSizes, sandboxSizeName } from "@tembo-io/sdk";
import { projectsText } from "../../text/projects/index.ts";
import { AccessFields } from "./access-fields.tsx";
import type { FieldsProps } from "./fields-props.ts";
import { FormPart } from "./form-part.tsx";
import { GeneralFields } from "./general-fields.tsx";
import type { ProjectWords } from "./project-words.ts";
import { RepositoryFields } from "./repository-fields.tsx";
import { ScriptEditor } from "./script-editor.tsx";
import { ServiceFields } from "./service-fields.tsx";
import { SourceFields } from "./source-fields.tsx";

const form = projectsText.form;

/** All fields of a project. A project that does not exist yet has no default sizes. */
export function ProjectFields({
  words,
  isNew = false,
  isReadOnly = false,
  onChange,
}: {
  readonly words: ProjectWords;
  readonly isNew?: boolean;
  readonly isReadOnly?: boolean;
  readonly onChange: (words: ProjectWords) => void;
}) {
  const props = {
    words,
    isReadOnly,
    onChange: (change: Partial<ProjectWords>) => onChange({ ...words, ...change }),
  };
  return (
    <Stack gap={32}>
      <GeneralFields {...props} />
      <RepositoryFields {...props} />
      <SourceFields {...props} />
      <ScriptFields {...props} />
      <ServiceFields {...props} />
      <AccessFields {...props} />
      <SessionFields {...props} isNew={isNew} />
    </Stack>
  );
}

function ScriptFields({ words, isReadOnly, onChange }: FieldsProps) {
  return (
    <FormPart title={form.scripts}>
      <ScriptEditor
        label={form.setupScript}
        description={form.setupHint}
        value={words.setupScript}
        readOnly={isReadOnly}
        onChange={(setupScript) => onChange({ setupScript })}
      />
      <ScriptEditor
        label={form.startScript}
        description={form.startHint}
        value={words.startScript}
        readOnly={isReadOnly}
        onChange={(startScript) => onChange({ startScript })}
      />
      {(["includeDeps", "includeSkills", "refresh"] as const).map((field) => (
        <Switch
          key={field}
          label={form[field]}
          checked={words[field]}
          disabled={isReadOnly}
          onChange={(event) => onChange({ [field]: event.currentTarget.checked })}
        />
      ))}
      <Text size="sm" c="dimmed">
        {form.network}
      </Text>
    </FormPart>
  );
}

function SessionFields({ words, isNew, isReadOnly, onChange }: FieldsProps & { readonly isNew: boolean }) {
  const { sessions } = form;
  return (
    <FormPart title={sessions.title} isReadOnly={isReadOnly}>
      <Sizes
        label={sessions.sizes}
        description={sessions.sizesHint}
        sizes={projectSizes}
        value={words.sizes}
        onChange={(sizes) =>
          onChange({
            sizes: projectSizes.filter((size) => sizes.includes(size)),
          })
        }
      />
      {!isNew && (
        <>
          <Sizes
            label={sessions.defaultFor}
            description={sessions.defaultForHint}
            sizes={words.sizes}
            value={words.defaultForSizes}
            onChange={(sizes) =>
              onChange({ defaultForSizes: projectSizes.filter((size) => sizes.includes(size)) })
            }
          />
          <Switch
            label={sessions.warm}
            description={sessions.warmHint}
            checked={words.warmPoolEnabled}
            onChange={(event) => onChange({ warmPoolEnabled: event.currentTarget.checked })}
          />
        </>
      )}
      <Textarea
        label={sessions.instructions}
        description={sessions.instructionsHint}
        value={words.agentInstructions}
        onChange={(event) => onChange({ agentInstructions: event.currentTarget.value })}
        maxLength={maxProjectScriptLength}
        autosize
        minRows={3}
        maxRows={16}
        dir="auto"
      />
    </FormPart>
  );
}

function Sizes({
  sizes,
  value,
  onChange,
  ...labels
}: {
  readonly label: string;
  readonly description: string;
  readonly sizes: readonly string[];
  readonly value: readonly string[];
  readonly onChange: (sizes: string[]) => void;
}) {
  return (
    <Checkbox.Group {...labels} value={[...value]} onChange={onChange}>
      <Group gap="md" mt="xs">
        {sizes.map((size) => (
          <Checkbox key={size} value={size} label={sandboxSizeName(size)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
