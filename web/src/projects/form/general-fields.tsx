import { Group, Select, SimpleGrid, TextInput } from "@mantine/core";
import { type ProjectRef, projectColors, projectIcons } from "@tembo-io/sdk";
import { text } from "../../text/index.ts";
import { projectsText } from "../../text/projects/index.ts";
import { ProjectIcon } from "../project-icon.tsx";
import type { FieldsProps } from "./fields-props.ts";
import { FormPart } from "./form-part.tsx";

const form = projectsText.form;
const icons = projectIcons.map((value) => ({ value, label: form.icons[value] }));
const colors = projectColors.map((value) => ({ value, label: form.colors[value] }));

export function GeneralFields({ words, isReadOnly, onChange }: FieldsProps) {
  const { icon, color } = words;
  return (
    <FormPart title={form.general} isReadOnly={isReadOnly}>
      <TextInput
        label={form.name}
        value={words.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        required
        maxLength={120}
        dir="auto"
      />
      <TextInput
        label={form.description}
        value={words.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
        maxLength={300}
        dir="auto"
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={form.icon}
          data={icons}
          value={icon}
          onChange={(value) => onChange({ icon: value as ProjectRef["icon"] })}
          leftSection={<ProjectIcon icon={icon} color={color} size={22} />}
          renderOption={({ option }) => (
            <Group gap="xs" wrap="nowrap">
              <ProjectIcon icon={option.value as ProjectRef["icon"]} color={color} size={22} />
              {option.label}
            </Group>
          )}
          allowDeselect={false}
          searchable
          nothingFoundMessage={text.general.nothingFound}
        />
        <Select
          label={form.color}
          data={colors}
          value={color}
          onChange={(value) => onChange({ color: value as ProjectRef["color"] })}
          leftSection={<ProjectIcon icon={icon} color={color} size={22} />}
          renderOption={({ option }) => (
            <Group gap="xs" wrap="nowrap">
              <ProjectIcon icon={icon} color={option.value as ProjectRef["color"]} size={22} />
              {option.label}
            </Group>
          )}
          allowDeselect={false}
        />
      </SimpleGrid>
    </FormPart>
  );
}
