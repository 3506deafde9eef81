import {
  ActionIcon,
  Button,
  Card,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { maxProjectServices } from "@tembo-io/sdk";
import { projectsText } from "../../text/projects/index.ts";
import type { FieldsProps } from "./fields-props.ts";
import { FormPart } from "./form-part.tsx";
import type { ServiceWords } from "./project-words.ts";

const words = projectsText.form.services;
const readiness = (["started", "tcp", "command"] as const).map((value) => ({
  value,
  label: words.readiness[value],
}));
const users = (["project", "user", "root"] as const).map((value) => ({ value, label: words.users[value] }));

const newService = (): ServiceWords => ({
  key: crypto.randomUUID(),
  name: "",
  command: "",
  readiness: "tcp",
  port: "",
  check: "",
  user: "project",
});

export function ServiceFields({ words: { services }, isReadOnly, onChange }: FieldsProps) {
  const change = (next: readonly ServiceWords[]) => onChange({ services: next });
  return (
    <FormPart title={words.title} about={words.about} isReadOnly={isReadOnly}>
      {services.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      {services.map((service, index) => (
        <ServiceCard
          key={service.key}
          label={words.of(index + 1)}
          service={service}
          onChange={(part) =>
            change(services.map((one) => (one === service ? { ...service, ...part } : one)))
          }
          onRemove={() => change(services.filter((one) => one !== service))}
        />
      ))}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={services.length >= maxProjectServices}
          onClick={() => change([...services, newService()])}
        >
          {words.add}
        </Button>
      </div>
    </FormPart>
  );
}

function ServiceCard({
  label,
  service,
  onChange,
  onRemove,
}: {
  readonly label: string;
  readonly service: ServiceWords;
  readonly onChange: (part: Partial<ServiceWords>) => void;
  readonly onRemove: () => void;
}) {
  const name = service.name === "" ? words.unnamed : service.name;
  return (
    <Card withBorder p="md" role="group" aria-label={label}>
      <Stack gap="sm">
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            label={words.name}
            placeholder="db"
            title={words.nameHint}
            value={service.name}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
            pattern="[a-z0-9][a-z0-9\-]{0,62}"
            required
            flex={1}
            spellCheck={false}
            autoCapitalize="none"
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={words.remove(name)}
            title={words.remove(name)}
            onClick={onRemove}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
        <TextInput
          label={words.command}
          placeholder="postgres -D data"
          value={service.command}
          onChange={(event) => onChange({ command: event.currentTarget.value })}
          required
          maxLength={10_000}
          spellCheck={false}
          autoCapitalize="none"
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <Select
            label={words.ready}
            data={readiness}
            value={service.readiness}
            onChange={(value) => onChange({ readiness: value as ServiceWords["readiness"] })}
            allowDeselect={false}
          />
          {service.readiness === "tcp" && (
            <NumberInput
              label={words.port}
              placeholder="5432"
              value={service.port}
              onChange={(port) => onChange({ port: typeof port === "number" ? port : "" })}
              min={1}
              max={65_535}
              allowDecimal={false}
              clampBehavior="strict"
              hideControls
              required
            />
          )}
          {service.readiness === "command" && (
            <TextInput
              label={words.check}
              placeholder="pg_isready"
              value={service.check}
              onChange={(event) => onChange({ check: event.currentTarget.value })}
              required
              maxLength={10_000}
              spellCheck={false}
              autoCapitalize="none"
            />
          )}
          <Select
            label={words.user}
            data={users}
            value={service.user}
            onChange={(value) => onChange({ user: value as ServiceWords["user"] })}
            allowDeselect={false}
          />
        </SimpleGrid>
      </Stack>
    </Card>
  );
}
