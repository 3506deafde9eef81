import { Stack, Textarea, TextInput } from "@mantine/core";
import { RepositoryPicker } from "../../repositories/repository-picker.tsx";
import { text } from "../../text/index.ts";
import classes from "./agent-fields.module.css";
import type { AgentWords } from "./agent-words.ts";
import { HarnessPicker } from "./harness-picker.tsx";

const { form } = text.agents;

export function AgentFields({
  words,
  onChange,
}: {
  readonly words: AgentWords;
  readonly onChange: (words: AgentWords) => void;
}) {
  return (
    <div className={classes.fields}>
      <div className={classes.columns}>
        <Stack gap="md">
          <TextInput
            label={form.name}
            value={words.name}
            onChange={(event) => onChange({ ...words, name: event.currentTarget.value })}
            required
            maxLength={200}
            dir="auto"
          />
          <Textarea
            label={form.instructions}
            description={form.instructionsHint}
            placeholder={form.instructionsPlaceholder}
            value={words.instructions}
            onChange={(event) => onChange({ ...words, instructions: event.currentTarget.value })}
            autosize
            minRows={8}
            maxRows={24}
            dir="auto"
          />
        </Stack>
        <Stack gap="md">
          <HarnessPicker value={words.agent} onChange={(agent) => onChange({ ...words, agent })} />
          <RepositoryPicker
            label={form.repositories}
            description={form.repositoriesHint}
            value={words.repositories}
            onChange={(repositories) => onChange({ ...words, repositories })}
          />
        </Stack>
      </div>
    </div>
  );
}
