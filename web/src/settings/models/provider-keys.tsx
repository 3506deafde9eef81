import { Accordion, Badge, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ModelProvider, OrganizationSettingsUpdate, Runtime } from "@tembo-io/sdk";
import { useState } from "react";
import { runtimesQuery } from "../../api/choices.ts";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Form } from "../kit/form.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { credentialInputs } from "./credential-inputs.ts";
import { TestKeyButton } from "./test-key-button.tsx";

const words = settingsText.models.keys;
/** Credential values, by setting name. */
type Credentials = Readonly<Record<string, string>>;
interface KeyOwner extends Pick<ModelProvider, "label" | "settings"> {
  /** Name of the model provider, or null for the service of a harness, whose key cannot be tested. */
  readonly provider: string | null;
  readonly credential: "organization" | "server" | "any" | null;
}

/** Harnesses that have their own API key setting, sorted by name. */
const servicesOf = (runtimes: readonly Runtime[]): readonly KeyOwner[] =>
  runtimes
    .flatMap(({ displayName, hasApiKey, harness: { apiKeySetting } }) =>
      apiKeySetting === null
        ? []
        : [
            {
              provider: null,
              label: displayName,
              settings: [{ name: apiKeySetting, label: words.apiKey, kind: "secret" as const }],
              credential: hasApiKey ? ("any" as const) : null,
            },
          ],
    )
    .toSorted((one, other) => one.label.localeCompare(other.label));

export function ProviderKeys({ providers }: { readonly providers: readonly ModelProvider[] }) {
  const owners = providers.flatMap(({ name, label, settings, credential }) =>
    settings.length === 0 ? [] : [{ provider: name, label, settings, credential }],
  );
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  return (
    <Panel title={words.title} about={words.about}>
      <Accordion variant="separated" order={3}>
        {[...owners, ...servicesOf(runtimes)].map((owner) => (
          <Accordion.Item key={owner.label} value={owner.label}>
            <Accordion.Control>
              <Group justify="space-between" pr="sm">
                {owner.label}
                <Badge variant="light" color={owner.credential === null ? "gray" : "teal"} tt="none">
                  {owner.credential === null ? words.notSet : words.setBy[owner.credential]}
                </Badge>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <ProviderForm owner={owner} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Panel>
  );
}

function ProviderForm({ owner: { provider, label, settings, credential } }: { readonly owner: KeyOwner }) {
  const { organizationId } = usePerson();
  const [typed, setTyped] = useState<Credentials>({});
  const update = (credentials: Credentials) =>
    tembo.organizations.settings.update(organizationId, credentials as OrganizationSettingsUpdate);
  const stale = [["models"], ["runtimes"]];
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  const save = useChange(() => update(given), { stale, done: words.saved, onDone: () => setTyped({}) });
  const remove = useChange(() => update(Object.fromEntries(settings.map(({ name }) => [name, ""]))), {
    stale,
    done: words.removed,
  });
  return (
    <>
      <Form change={save} onSubmit={() => save.mutate()} canSubmit={Object.keys(given).length > 0}>
        {settings.map(({ name, label, kind }) => {
          const Input = credentialInputs[kind];
          return (
            <Input
              key={name}
              label={label}
              value={typed[name] ?? ""}
              onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
              autoComplete="off"
              spellCheck={false}
            />
          );
        })}
      </Form>
      <Group align="flex-start">
        {provider !== null && credential !== null && <TestKeyButton provider={provider} label={label} />}
        {(credential === "organization" || credential === "any") && (
          <ConfirmButton
            label={words.remove}
            name={words.removeOf(label)}
            question={words.removeQuestion(label)}
            consequence={words.removeConsequence}
            change={remove}
          />
        )}
      </Group>
    </>
  );
}
