import { Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { repositoryChoices } from "../../api/choices.ts";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { fullName } from "../../repositories/chosen-repository.ts";
import { text } from "../../text/index.ts";
import { projectsText } from "../../text/projects/index.ts";
import { repositoriesOf } from "../projects-query.ts";
import type { FieldsProps } from "./fields-props.ts";
import { FormPart } from "./form-part.tsx";
import { invalidArg, type SourceWords } from "./project-words.ts";

const words = projectsText.form.source;
const kinds = (["machine", "image", "dockerfile", "devcontainer"] as const).map((value) => ({
  value,
  label: words.kinds[value],
}));

/** The system on which the environment is built. */
export function SourceFields({ words: { source }, isReadOnly, onChange }: FieldsProps) {
  const change = (part: Partial<SourceWords>) => onChange({ source: { ...source, ...part } });
  const { kind } = source;
  const wrongArg = invalidArg(source.args);
  const argsError = wrongArg === undefined ? undefined : words.argsInvalid(wrongArg);
  return (
    <FormPart title={words.title} isReadOnly={isReadOnly}>
      <Select
        label={words.kind}
        description={words.about[kind]}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={kinds}
        value={kind}
        onChange={(chosen) => change({ kind: chosen as SourceWords["kind"] })}
        allowDeselect={false}
      />
      {kind === "image" && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Word
            label={words.reference}
            placeholder="debian:13"
            value={source.reference}
            onChange={(reference) => change({ reference })}
            required
          />
          <RegistrySecret source={source} onChange={change} />
        </SimpleGrid>
      )}
      {(kind === "dockerfile" || kind === "devcontainer") && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <SourceRepository
            value={source.repositoryId}
            onChange={(repositoryId) => change({ repositoryId })}
          />
          {kind === "dockerfile" ? (
            <Word
              label={words.dockerfile}
              value={source.dockerfile}
              onChange={(dockerfile) => change({ dockerfile })}
              required
            />
          ) : (
            <Word
              label={words.devcontainer}
              placeholder={words.devcontainerHint}
              value={source.devcontainer}
              onChange={(devcontainer) => change({ devcontainer })}
            />
          )}
          <RegistrySecret source={source} onChange={change} />
          {source.registrySecret !== "" && (
            <Word
              label={words.registry}
              placeholder="ghcr.io"
              value={source.registry}
              onChange={(registry) => change({ registry })}
              required
            />
          )}
        </SimpleGrid>
      )}
      {kind === "dockerfile" && (
        <>
          <Word
            label={words.target}
            placeholder={words.targetHint}
            value={source.target}
            onChange={(target) => change({ target })}
          />
          <Textarea
            // Blocks the form's submission, like a required field without a value.
            ref={(element) => element?.setCustomValidity(argsError ?? "")}
            label={words.args}
            description={words.argsHint}
            error={argsError}
            value={source.args}
            onChange={(event) => change({ args: event.currentTarget.value })}
            autosize
            minRows={2}
            maxRows={10}
            spellCheck={false}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          />
        </>
      )}
    </FormPart>
  );
}

function RegistrySecret({ source: { registrySecret }, onChange }: PartProps) {
  const { organizationId } = usePerson();
  const { data: keys = [] } = useQuery({
    queryKey: ["secrets", "keys"],
    queryFn: async ({ signal }) =>
      (await tembo.organizations.secrets.list(organizationId, { limit: 100 }, { signal })).items.map(
        ({ key }) => key,
      ),
  });
  return (
    <Select
      label={words.registrySecret}
      description={words.registrySecretHint}
      inputWrapperOrder={["label", "input", "description", "error"]}
      placeholder={words.noSecret}
      data={registrySecret === "" || keys.includes(registrySecret) ? keys : [registrySecret, ...keys]}
      value={registrySecret === "" ? null : registrySecret}
      onChange={(key) => onChange({ registrySecret: key ?? "" })}
      clearable
      searchable
      nothingFoundMessage={text.general.nothingFound}
    />
  );
}

interface PartProps {
  readonly source: SourceWords;
  readonly onChange: (part: Partial<SourceWords>) => void;
}

function SourceRepository({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const { data: listed = [] } = useQuery(repositoryChoices);
  const { data: own = [] } = useQuery(repositoriesOf(value === "" ? [] : [value]));
  const others = own
    .filter(({ id }) => !listed.some((choice) => choice.value === id))
    .map((repository) => ({ value: repository.id, label: fullName(repository) }));
  return (
    <Select
      label={words.repository}
      data={[...others, ...listed]}
      value={value === "" ? null : value}
      onChange={(id) => onChange(id ?? "")}
      required
      allowDeselect={false}
      searchable
      nothingFoundMessage={text.general.nothingFound}
    />
  );
}

function Word({
  onChange,
  ...input
}: {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly required?: boolean;
  readonly onChange: (value: string) => void;
}) {
  return (
    <TextInput
      {...input}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={500}
      spellCheck={false}
      autoCapitalize="none"
    />
  );
}
