import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ModelProvider, OrganizationSettingsUpdate } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../api/client.ts";
import { usePerson } from "../api/who.ts";
import { Refusal } from "../components/refusal.tsx";
import { useChange } from "../settings/kit/use-change.ts";
import { credentialInputs } from "../settings/models/credential-inputs.ts";
import { text } from "../text/index.ts";
import { settingsText } from "../text/settings/index.ts";
import classes from "./setup.module.css";
import { setupProvidersQuery } from "./setup-queries.ts";

const words = text.setup.key;

/** Saves the credential of a model provider and tests it. A credential that fails the test stays saved. */
export function KeyForm() {
  const { data: all = [] } = useQuery(setupProvidersQuery);
  const providers = all.filter(({ settings }) => settings.length > 0);
  const [name, setName] = useState<string | null>(null);
  const provider = providers.find((one) => one.name === name) ?? providers[0];
  if (provider === undefined) return null;
  return <ProviderForm key={provider.name} provider={provider} providers={providers} onSelect={setName} />;
}

function ProviderForm({
  provider,
  providers,
  onSelect,
}: {
  readonly provider: ModelProvider;
  readonly providers: readonly ModelProvider[];
  readonly onSelect: (name: string) => void;
}) {
  const { organizationId } = usePerson();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  const save = useChange(
    async () => {
      await tembo.organizations.settings.update(organizationId, given as OrganizationSettingsUpdate);
      return tembo.modelProviders.test(provider.name);
    },
    {
      stale: [["models"], ["runtimes"]],
      done: ({ modelName, durationMs }) => settingsText.models.keys.works(modelName, durationMs),
    },
  );
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <NativeSelect
        label={words.provider}
        value={provider.name}
        data={providers.map(({ name, label }) => ({ value: name, label }))}
        onChange={(event) => onSelect(event.currentTarget.value)}
      />
      {provider.settings.map(({ name, label, kind }) => {
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
      <Button type="submit" loading={save.isPending} disabled={Object.keys(given).length === 0}>
        {words.save}
      </Button>
      <Refusal error={save.error} />
    </form>
  );
}
