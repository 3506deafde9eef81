import { SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { fullName } from "../../repositories/chosen-repository.ts";
import { RepositoryPicker } from "../../repositories/repository-picker.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { repositoriesOf } from "../projects-query.ts";
import type { FieldsProps } from "./fields-props.ts";
import { FormPart } from "./form-part.tsx";

const form = projectsText.form;

/** Repositories of a project, with the branch that each starts from. */
export function RepositoryFields({ words, isReadOnly, onChange }: FieldsProps) {
  const { baseBranches } = words;
  const { data = [] } = useQuery(repositoriesOf(words.repositories.map(({ id }) => id)));
  const current = new Map(data.map((one) => [one.id, one]));
  const repositories = words.repositories.map(({ id, name }) => {
    const found = current.get(id);
    return { id, name: found === undefined ? name : fullName(found) };
  });
  return (
    <FormPart title={form.repositoriesTitle} isReadOnly={isReadOnly}>
      <RepositoryPicker
        label={form.repositories}
        description={form.repositoriesHint}
        value={repositories}
        onChange={(chosen) => onChange({ repositories: chosen })}
      />
      {repositories.length > 0 && (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {repositories.map(({ id, name }) => (
              <TextInput
                key={id}
                label={form.branchOf(name)}
                placeholder={current.get(id)?.baseBranch ?? form.branchHint}
                value={baseBranches[id] ?? ""}
                onChange={(event) =>
                  onChange({ baseBranches: { ...baseBranches, [id]: event.currentTarget.value } })
                }
                maxLength={500}
                spellCheck={false}
                autoCapitalize="none"
              />
            ))}
          </SimpleGrid>
          <Switch
            label={form.always}
            description={form.alwaysHint}
            checked={words.isDefaultForRepositories}
            onChange={(event) => onChange({ isDefaultForRepositories: event.currentTarget.checked })}
          />
        </>
      )}
    </FormPart>
  );
}
