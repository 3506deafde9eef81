import { Badge, Button, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ProjectSnapshot } from "@tembo-io/sdk";
import { type ReactNode, useState } from "react";
import { tembo } from "../../api/client.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { formatDateTime } from "../../format/dates.ts";
import { formatDuration } from "../../format/duration.ts";
import { formatBytes } from "../../format/numbers.ts";
import { ConfirmButton } from "../../settings/kit/confirm-button.tsx";
import { Form, FormModal } from "../../settings/kit/form.tsx";
import { Row } from "../../settings/kit/rows.tsx";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { useChange } from "../../settings/kit/use-change.ts";
import { projectsText } from "../../text/projects/index.ts";
import { useRequestBuild } from "../builds/build-button.tsx";
import { Recipe } from "./recipe.tsx";

const words = projectsText.environments;
type Props = { readonly environment: ProjectSnapshot };
const staleOf = ({ projectId }: ProjectSnapshot) => [["project", projectId], ["projects"]];

/** Returns the environment's name, or otherwise the time at which it was built. */
const nameOf = ({ name, builtAt, createdAt }: ProjectSnapshot) =>
  name ?? words.unnamed(formatDateTime(new Date(builtAt ?? createdAt)));

export function EnvironmentRow({ environment }: Props) {
  const isAdmin = useIsAdmin();
  const name = nameOf(environment);
  const [isRecipeOpen, recipe] = useDisclosure(false);
  const [isRenamed, rename] = useDisclosure(false);
  const again = useRequestBuild(environment.projectId);
  return (
    <Row
      title={name}
      mark={
        <>
          {environment.isActive && <Mark color="teal">{words.active}</Mark>}{" "}
          {environment.pinnedAt !== null && <Mark color="gray">{words.pinned}</Mark>}
        </>
      }
      about={<About environment={environment} />}
    >
      <Button variant="subtle" size="xs" aria-label={words.recipeOf(name)} onClick={recipe.open}>
        {words.recipe}
      </Button>
      <Button
        variant="subtle"
        size="xs"
        aria-label={words.againOf(name)}
        loading={again.isPending}
        onClick={() => again.mutate(environment.id)}
      >
        {words.again}
      </Button>
      {isAdmin && (
        <>
          <PinButton environment={environment} name={name} />
          <Button variant="subtle" size="xs" aria-label={words.renameOf(name)} onClick={rename.open}>
            {words.rename}
          </Button>
          <DeleteButton environment={environment} name={name} />
        </>
      )}
      <FormModal title={words.recipeTitle} isOpen={isRecipeOpen} onClose={recipe.close}>
        <Recipe environment={environment} />
      </FormModal>
      <FormModal title={words.renameOf(name)} isOpen={isRenamed} onClose={rename.close}>
        <RenameForm environment={environment} onDone={rename.close} />
      </FormModal>
    </Row>
  );
}

function Mark({ color, children }: { readonly color: string; readonly children: ReactNode }) {
  return (
    <Badge size="sm" variant="light" color={color}>
      {children}
    </Badge>
  );
}

function About({ environment }: Props) {
  const { name, builtAt, buildDurationMs, sizeBytes, rebuildOfSnapshotId } = environment;
  return (
    <>
      {name !== null && builtAt !== null && (
        <>
          {words.built} <TimeAgo at={builtAt} />{" "}
        </>
      )}
      {buildDurationMs !== null && words.took(formatDuration(buildDurationMs))}
      {sizeBytes !== null && ` · ${words.size} ${formatBytes(Number(sizeBytes))}`}
      {rebuildOfSnapshotId !== null && ` · ${words.repeated}`}
    </>
  );
}

function PinButton({ environment, name }: Props & { readonly name: string }) {
  const isPinned = environment.pinnedAt !== null;
  const pin = useChange(
    () =>
      tembo.projects.snapshots.update(environment.projectId, environment.id, {
        pinned: !isPinned,
      }),
    { stale: staleOf(environment) },
  );
  return (
    <Button
      variant="subtle"
      size="xs"
      aria-label={isPinned ? words.unpinOf(name) : words.pinOf(name)}
      loading={pin.isPending}
      onClick={() => pin.mutate()}
    >
      {isPinned ? words.unpin : words.pin}
    </Button>
  );
}

function DeleteButton({ environment, name }: Props & { readonly name: string }) {
  const remove = useChange(() => tembo.projects.snapshots.delete(environment.projectId, environment.id), {
    stale: staleOf(environment),
  });
  return (
    <ConfirmButton
      label={words.delete}
      name={words.deleteOf(name)}
      question={words.deleteQuestion(name)}
      consequence={words.deleteConsequence}
      change={remove}
    />
  );
}

function RenameForm({ environment, onDone }: Props & { readonly onDone: () => void }) {
  const [name, setName] = useState(environment.name ?? "");
  const save = useChange(
    () =>
      tembo.projects.snapshots.update(environment.projectId, environment.id, { name: name.trim() || null }),
    { stale: staleOf(environment), onDone },
  );
  return (
    <Form change={save} onSubmit={() => save.mutate()} submit={words.save}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={120}
        dir="auto"
        data-autofocus
      />
    </Form>
  );
}
