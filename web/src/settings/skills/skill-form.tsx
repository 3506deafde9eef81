import { ActionIcon, Button, Fieldset, Group, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { Skill } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.skills;

interface File {
  /** React key of the file. It stays the same when the path changes. */
  readonly key: string;
  readonly filename: string;
  readonly content: string;
}

/** Form that creates a skill, or updates `skill`. */
export function SkillForm({ skill, onDone }: { readonly skill?: Skill; readonly onDone: () => void }) {
  const [name, setName] = useState(skill?.name ?? "");
  const [description, setDescription] = useState(skill?.description ?? "");
  const [files, setFiles] = useState<readonly File[]>(
    skill?.files.map(({ id, filename, content }) => ({ key: id, filename, content })) ?? [
      { key: "first", filename: "SKILL.md", content: "" },
    ],
  );
  const body = {
    name,
    description,
    files: files.map(({ filename, content }) => ({ filename, content })),
  };
  const save = useChange(
    () => (skill === undefined ? tembo.skills.create(body) : tembo.skills.update(skill.id, body)),
    { stale: [["skills"]], done: settingsText.saved, onDone },
  );
  const change = (key: string, part: Partial<File>) =>
    setFiles(files.map((file) => (file.key === key ? { ...file, ...part } : file)));
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={name !== ""}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={64}
        data-autofocus
      />
      <Textarea
        label={words.description}
        description={words.descriptionHint}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={1_024}
        autosize
        minRows={2}
        maxRows={6}
        dir="auto"
      />
      {files.map(({ key, filename, content }, index) => (
        <Fieldset key={key} legend={words.file(index + 1)}>
          <Group align="flex-end" wrap="nowrap">
            <TextInput
              label={words.filename}
              value={filename}
              onChange={(event) => change(key, { filename: event.currentTarget.value })}
              maxLength={200}
              flex={1}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              size={36}
              aria-label={words.removeFile(filename)}
              disabled={files.length === 1}
              onClick={() => setFiles(files.filter((file) => file.key !== key))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
          <Textarea
            label={words.content}
            value={content}
            onChange={(event) => change(key, { content: event.currentTarget.value })}
            autosize
            minRows={6}
            maxRows={20}
            mt="sm"
            dir="auto"
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          />
        </Fieldset>
      ))}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setFiles([...files, { key: crypto.randomUUID(), filename: "", content: "" }])}
        >
          {words.addFile}
        </Button>
      </Group>
    </Form>
  );
}
