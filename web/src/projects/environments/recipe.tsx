import { List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ProjectSnapshot } from "@tembo-io/sdk";
import { fullName } from "../../repositories/chosen-repository.ts";
import { projectsText } from "../../text/projects/index.ts";
import { ScriptEditor } from "../form/script-editor.tsx";
import { repositoriesOf } from "../projects-query.ts";

const words = projectsText.environments;

/** The settings with which an environment was built. */
export function Recipe({ environment }: { readonly environment: ProjectSnapshot }) {
  const { repositoryIds, includesDeps, setupScript } = environment;
  const ids = repositoryIds ?? [];
  const { data = [] } = useQuery(repositoriesOf(ids));
  const names = new Map(data.map(({ id, owner, name }) => [id, fullName({ owner, name })]));
  return (
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={600}>
          {words.repositories}
        </Text>
        {ids.length === 0 ? (
          <Text size="sm">{words.noRepositories}</Text>
        ) : (
          <List size="sm">
            {ids.map((id) => (
              <List.Item key={id}>{names.get(id) ?? projectsText.unknownRepository}</List.Item>
            ))}
          </List>
        )}
      </div>
      {includesDeps !== null && <Text size="sm">{includesDeps ? words.deps.yes : words.deps.no}</Text>}
      {setupScript === null ? (
        <Text size="sm">{words.noScript}</Text>
      ) : (
        <ScriptEditor label={words.script} value={setupScript} readOnly />
      )}
    </Stack>
  );
}
