import { Checkbox, Group, Stack, Switch, TagsInput, Text, Textarea } from "@mantine/core";
import {
  maxLabels,
  maxProjectScriptLength,
  projectSizes,
  type SandboxSize,
  sandboxSizeName,
} from "@tembo-io/sdk";
import { projectsText } from "../../text/projects/index.ts";
import { AccessFields } from "./access-fields.tsx";
import type { FieldsProps } from "./fields-props.ts";
import { FormPart } from "./form-part.tsx";
import { GeneralFields } from "./general-fields.tsx";
import { type ProjectWords, sessionSizes } from "./project-words.ts";
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
          description={field === "includeSkills" ? form.includeSkillsHint : undefined}
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
        onChange={(sizes) => onChange({ sizes })}
      />
      {!isNew && (
        <>
          <Sizes
            label={sessions.defaultFor}
            description={sessions.defaultForHint}
            sizes={sessionSizes(words.sizes)}
            value={words.defaultForSizes}
            onChange={(defaultForSizes) => onChange({ defaultForSizes })}
          />
          <Switch
            label={sessions.warm}
            description={sessions.warmHint}
            checked={words.warmPoolEnabled}
            onChange={(event) => onChange({ warmPoolEnabled: event.currentTarget.checked })}
          />
        </>
      )}
      <TagsInput
        label={sessions.runsOn}
        description={sessions.runsOnHint}
        value={[...words.runsOn]}
        onChange={(runsOn) => onChange({ runsOn })}
        splitChars={[",", " "]}
        maxTags={maxLabels}
      />
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

function Sizes<Size extends SandboxSize>({
  sizes,
  value,
  onChange,
  ...labels
}: {
  readonly label: string;
  readonly description: string;
  readonly sizes: readonly Size[];
  readonly value: readonly Size[];
  readonly onChange: (sizes: Size[]) => void;
}) {
  return (
    <Checkbox.Group
      {...labels}
      value={[...value]}
      onChange={(chosen) => onChange(sizes.filter((size) => chosen.includes(size)))}
    >
      <Group gap="md" mt="xs">
        {sizes.map((size) => (
          <Checkbox key={size} value={size} label={sandboxSizeName(size)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
