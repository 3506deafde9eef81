import { Accordion, Group, PasswordInput, Textarea, TextInput } from "@mantine/core";
import type { OrganizationSettingsUpdate } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Form } from "../kit/form.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.models.keys;
type Field = keyof typeof words.fields;
type Credentials = Pick<OrganizationSettingsUpdate, Field>;

interface Provider {
  readonly name: string;
  readonly fields: readonly Field[];
}

const providers: readonly Provider[] = [
  { name: "Anthropic", fields: ["anthropicApiKey"] },
  { name: "OpenAI", fields: ["openaiApiKey"] },
  { name: "OpenRouter", fields: ["openrouterApiKey"] },
  {
    name: "Amazon Bedrock",
    fields: ["awsBedrockAccessKeyId", "awsBedrockSecretAccessKey", "awsBedrockRegion"],
  },
  {
    name: "Google Vertex AI",
    fields: ["gcpVertexAiServiceAccountJson", "gcpVertexAiProject", "gcpVertexAiLocation"],
  },
  { name: "Cursor", fields: ["cursorApiKey"] },
  { name: "Amp", fields: ["ampApiKey"] },
];
const plain: ReadonlySet<Field> = new Set([
  "awsBedrockRegion",
  "gcpVertexAiProject",
  "gcpVertexAiLocation",
] as const);

export function ProviderKeys() {
  return (
    <Panel title={words.title} about={words.about}>
      <Accordion variant="separated" order={3}>
        {providers.map((provider) => (
          <Accordion.Item key={provider.name} value={provider.name}>
            <Accordion.Control>{provider.name}</Accordion.Control>
            <Accordion.Panel>
              <ProviderForm provider={provider} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Panel>
  );
}

function ProviderForm({ provider: { name, fields } }: { readonly provider: Provider }) {
  const { organizationId } = usePerson();
  const [typed, setTyped] = useState<Credentials>({});
  const update = (credentials: Credentials) =>
    tembo.organizations.settings.update(organizationId, credentials);
  const stale = [["models"], ["runtimes"]];
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  const save = useChange(() => update(given), { stale, done: words.saved, onDone: () => setTyped({}) });
  const remove = useChange(() => update(Object.fromEntries(fields.map((field) => [field, ""]))), {
    stale,
    done: words.removed,
  });
  return (
    <>
      <Form change={save} onSubmit={() => save.mutate()} canSubmit={Object.keys(given).length > 0}>
        {fields.map((field) => {
          const Input = inputOf(field);
          return (
            <Input
              key={field}
              label={words.fields[field]}
              value={typed[field] ?? ""}
              onChange={(event) => setTyped({ ...typed, [field]: event.currentTarget.value })}
              autoComplete="off"
              spellCheck={false}
            />
          );
        })}
      </Form>
      <Group>
        <ConfirmButton
          label={words.remove}
          name={words.removeOf(name)}
          question={words.removeQuestion(name)}
          consequence={words.removeConsequence}
          change={remove}
        />
      </Group>
    </>
  );
}

function inputOf(field: Field) {
  if (field === "gcpVertexAiServiceAccountJson") return Textarea;
  return plain.has(field) ? TextInput : PasswordInput;
}
