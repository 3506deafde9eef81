import { NativeSelect, Switch, Text } from "@mantine/core";
import type { Model, ModelProvider, ModelUpdateBody } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { Row } from "../kit/rows.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.models;
type Provider = Model["inferenceProvider"];

export function ModelRow({
  model,
  providers,
}: {
  readonly model: Model;
  readonly providers: readonly ModelProvider[];
}) {
  const { name, label, provider, enabled, supportedInferenceProviders, configuredInferenceProvider } = model;
  const isAdmin = useIsAdmin();
  const change = useChange((body: ModelUpdateBody) => tembo.models.update(name, body), {
    stale: [["models"], ["runtimes"]],
  });
  const usual = configuredInferenceProvider === null ? labelOf(model.inferenceProvider, providers) : null;
  const why = model.selectedInferenceProviderUnavailableReason;
  return (
    <Row
      title={label}
      mark={
        <Text span size="xs" c="dimmed" ff="monospace" fw={400}>
          {name}
        </Text>
      }
      about={why === null ? provider : why}
    >
      <NativeSelect
        size="xs"
        aria-label={words.provider(label)}
        value={configuredInferenceProvider ?? ""}
        data={[
          { value: "", label: words.familyOwn(usual) },
          ...(supportedInferenceProviders ?? []).map((value) => ({
            value,
            label: labelOf(value, providers),
          })),
        ]}
        onChange={(event) =>
          change.mutate({ inferenceProvider: (event.currentTarget.value || null) as Provider | null })
        }
        disabled={!isAdmin || change.isPending}
      />
      <Switch
        aria-label={words.enable(label)}
        checked={enabled}
        onChange={(event) => change.mutate({ enabled: event.currentTarget.checked })}
        disabled={!isAdmin || change.isPending}
      />
      <Refusal error={change.error} />
    </Row>
  );
}

function labelOf(value: Provider, providers: readonly ModelProvider[]): string {
  if (value === "BYOK" || value === "TemboManagedInference") return words.providers[value];
  return providers.find(({ inferenceProvider }) => inferenceProvider === value)?.label ?? value;
}
