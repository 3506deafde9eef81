import { Alert, Select, Switch } from "@mantine/core";
import type { Project } from "@tembo-io/sdk";
import { projectsText } from "../../text/projects/index.ts";
import type { FieldsProps } from "./fields-props.ts";
import { FormPart } from "./form-part.tsx";

const words = projectsText.form.access;
const users = (["user", "root"] as const).map((value) => ({ value, label: words.users[value] }));

/** Permissions of programs in the project's sandboxes, with a warning for each risk. */
export function AccessFields({ words: { user, containers }, isReadOnly, onChange }: FieldsProps) {
  const isRoot = user === "root";
  return (
    <FormPart title={words.title} isReadOnly={isReadOnly}>
      <Select
        label={words.user}
        data={users}
        value={user}
        onChange={(value) => onChange({ user: value as Project["user"] })}
        allowDeselect={false}
      />
      {isRoot && (
        <Alert color="yellow" variant="light" role="note" p="sm">
          {words.rootWarning}
        </Alert>
      )}
      <Switch
        label={words.containers}
        description={words.containersHint}
        checked={isRoot && containers}
        disabled={!isRoot}
        onChange={(event) => onChange({ containers: event.currentTarget.checked })}
      />
      {isRoot && containers && (
        <Alert color="yellow" variant="light" role="note" p="sm">
          {words.containersWarning}
        </Alert>
      )}
    </FormPart>
  );
}
