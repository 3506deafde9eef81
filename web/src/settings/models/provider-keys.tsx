import { Accordion, Group, PasswordInput, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { OrganizationSettingsUpdate, Runtime } from "@tembo-io/sdk";
import { useState } from "react";
import { runtimesQuery } from "../../api/choices.ts";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Form } from "../kit/form.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.models.keys;
type Field = keyof typeof words.fields;
/** Values by the name of their setting. */
type Credentials = Readonly<Record<string, string>>;

interface Provider {
  readonly name: string;
  readonly fields: readonly string[];
}

const providers: readonly (Provider & { readonly fields: readonly Field[] })[] = [
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
];
const plain: ReadonlySet<string> = new Set([
  "awsBedrockRegion",
  "gcpVertexAiProject",
  "gcpVertexAiLocation",
] as const);

/** The harnesses that have a service of their own, in the order of their names. */
const servicesOf = (runtimes: readonly Runtime[]): readonly Provider[] =>
  runtimes
    .flatMap(({ displayName, harness: { apiKeySetting } }) =>
      apiKeySetting === null ? [] : [{ name: displayName, fields: [apiKeySetting] }],
    )
    .toSorted((one, other) => one.name.localeCompare(other.name));

export function ProviderKeys() {
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  return (
    <Panel title={words.title} about={words.about}>
      <Accordion variant="separated" order={3}>
        {[...providers, ...servicesOf(runtimes)].map((provider) => (
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
    tembo.organizations.settings.update(organizationId, credentials as OrganizationSettingsUpdate);
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
              label={labelOf(field)}
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

/** The setting of a harness's service is its key. */
const labelOf = (field: string) => (field in words.fields ? words.fields[field as Field] : words.apiKey);

function inputOf(field: string) {
  if (field === "gcpVertexAiServiceAccountJson") return Textarea;
  return plain.has(field) ? TextInput : PasswordInput;
}
