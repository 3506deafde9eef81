import { Button, Fieldset, Group, Loader, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { AgentTrigger, AgentTriggerUpdateBody } from "@tembo-io/sdk";
import { type FormEvent, useState } from "react";
import { Failed } from "../../components/failed.tsx";
import { Refusal } from "../../components/refusal.tsx";
import { text } from "../../text/index.ts";
import { type EventSource, eventSourcesQuery } from "./event-sources.ts";
import { FilterInput } from "./filter-input.tsx";
import type { Filters } from "./trigger-filters.ts";

const words = text.agentStarts.triggers;
const ANY = "";

export interface TriggerFormProps {
  /** The trigger to edit, or null for a new one. */
  readonly trigger: AgentTrigger | null;
  readonly onSave: (body: AgentTriggerUpdateBody) => void;
  readonly isSaving: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
}

export function TriggerForm(props: TriggerFormProps) {
  const query = useQuery(eventSourcesQuery);
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loader aria-label={text.general.loading} />;
  return <Fields {...props} sources={query.data} />;
}

function Fields({
  trigger,
  onSave,
  isSaving,
  error,
  onClose,
  sources,
}: TriggerFormProps & { readonly sources: readonly EventSource[] }) {
  const [name, setName] = useState(trigger?.triggerName ?? null);
  const [integrationId, setIntegrationId] = useState(trigger?.integrationId ?? ANY);
  const [filters, setFilters] = useState<Filters>(trigger?.filters ?? {});
  const offered = sources.filter(
    ({ isConnected, events }) => isConnected || events.some((one) => one.name === name),
  );
  const source = offered.find(({ events }) => events.some((event) => event.name === name));
  const event = source?.events.find((one) => one.name === name);
  const properties = Object.entries(event?.filters?.properties ?? {});
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    if (name === null) return;
    onSave({ name, filters: { ...filters }, integrationId: integrationId === ANY ? null : integrationId });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label={words.event}
          data={offered.map(({ title, events }) => ({
            group: title,
            items: events.map((one) => ({ value: one.name, label: one.displayName })),
          }))}
          value={name}
          onChange={(chosen) => {
            setName(chosen);
            setIntegrationId(ANY);
            setFilters({});
          }}
          searchable
          required
          data-autofocus
          description={event?.description}
        />
        {source !== undefined && source.integrations.length > 0 && (
          <Select
            label={words.integration}
            data={[
              { value: ANY, label: words.anyIntegration(source.label) },
              ...source.integrations.map(({ id, displayName }) => ({ value: id, label: displayName })),
            ]}
            value={integrationId}
            allowDeselect={false}
            onChange={(chosen) => setIntegrationId(chosen ?? ANY)}
          />
        )}
        {properties.length > 0 && (
          <Fieldset legend={words.filters}>
            <Stack gap="sm">
              {properties.map(([key, filter]) => (
                <FilterInput
                  key={key}
                  name={key}
                  filter={filter}
                  value={filters[key]}
                  onChange={(value) => setFilters(withFilter(filters, key, value))}
                />
              ))}
            </Stack>
          </Fieldset>
        )}
        {offered.length === 0 && (
          <Text size="sm" c="dimmed">
            {words.notConnected}
          </Text>
        )}
        <Refusal error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" loading={isSaving} disabled={name === null}>
            {words.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Sets a filter, or removes it if the value is undefined. */
function withFilter(filters: Filters, key: string, value: unknown): Filters {
  const { [key]: _, ...others } = filters;
  return value === undefined ? others : { ...others, [key]: value };
}
