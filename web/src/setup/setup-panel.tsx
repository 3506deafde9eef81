import { Button, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ConflictError } from "@tembo-io/sdk";
import { useEffect, useState } from "react";
import { tembo } from "../api/client.ts";
import { usePerson } from "../api/who.ts";
import { Refusal } from "../components/refusal.tsx";
import { useAgent } from "../composer/missing.tsx";
import { fullName } from "../repositories/chosen-repository.ts";
import { anyQuery } from "../sessions/sessions-query.ts";
import { useIsAdmin } from "../settings/kit/section.tsx";
import { text } from "../text/index.ts";
import { KeyForm } from "./key-form.tsx";
import { isSample, sampleNames } from "./sample-names.ts";
import classes from "./setup.module.css";
import { setupIntegrationsQuery, setupRepositoriesQuery } from "./setup-queries.ts";
import { writeSetupState } from "./setup-state.ts";
import { SetupStep } from "./setup-step.tsx";

const words = text.setup;

/**
 * Steps from an empty installation to the first session, each with its action in place. Hidden until their state is
 * known, and after they are done or dismissed.
 */
export function SetupPanel() {
  const { organizationId } = usePerson();
  const [isDismissed, setDismissed] = useState(false);
  const { missing } = useAgent("", "");
  const integrations = useQuery(setupIntegrationsQuery);
  const repositories = useQuery(setupRepositoriesQuery);
  const sessions = useQuery(anyQuery);
  const isKnown =
    missing !== undefined && integrations.isSuccess && repositories.isSuccess && sessions.isSuccess;
  const has = {
    key: missing === null,
    forge: (integrations.data?.length ?? 0) > 0,
    repository: (repositories.data?.length ?? 0) > 0,
    task: (sessions.data?.items.length ?? 0) > 0,
  };
  const isDone = isKnown && has.key && has.repository && has.task;
  useEffect(() => {
    if (isKnown) writeSetupState(organizationId, isDone || isDismissed ? "closed" : "open");
  }, [organizationId, isKnown, isDone, isDismissed]);
  if (!isKnown || isDone || isDismissed) return null;
  const steps = Object.values(has);
  const sample = repositories.data.find(isSample);
  return (
    <section className={classes.panel} aria-labelledby="setup">
      <header className={classes.header}>
        <div>
          <Title order={2} id="setup" size="h4">
            {words.title}
          </Title>
          <Text size="sm" c="dimmed" role="status">
            {words.progress(steps.filter(Boolean).length, steps.length)}
          </Text>
        </div>
        <Button variant="subtle" size="xs" onClick={() => setDismissed(true)}>
          {words.dismiss}
        </Button>
      </header>
      <ol className={classes.steps}>
        <KeyStep isDone={has.key} />
        <ForgeStep isDone={has.forge} />
        <RepositoryStep isDone={has.repository} />
        <TaskStep isDone={has.task} sample={has.key && sample !== undefined ? fullName(sample) : null} />
      </ol>
    </section>
  );
}

function KeyStep({ isDone }: { readonly isDone: boolean }) {
  const isAdmin = useIsAdmin();
  const { title, about, isDone: result } = words.key;
  return (
    <SetupStep title={title} about={isDone ? result : about} isDone={isDone}>
      {isAdmin ? <KeyForm /> : <Text size="sm">{words.askAdmin}</Text>}
    </SetupStep>
  );
}

function ForgeStep({ isDone }: { readonly isDone: boolean }) {
  const { title, about, isDone: result, action } = words.forge;
  return (
    <SetupStep
      title={title}
      about={isDone ? result : about}
      isDone={isDone}
      isOptional
      action={
        <Button component={Link} to="/settings/integrations" variant="default" size="xs">
          {action}
        </Button>
      }
    />
  );
}

function RepositoryStep({ isDone }: { readonly isDone: boolean }) {
  const { organizationId } = usePerson();
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => createSample(organizationId),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["repositories"] }),
  });
  const { title, about, isDone: result, sample, own } = words.repository;
  return (
    <SetupStep
      title={title}
      about={isDone ? result : about}
      isDone={isDone}
      action={
        <>
          <Button size="xs" variant="default" loading={create.isPending} onClick={() => create.mutate()}>
            {sample}
          </Button>
          <Button component={Link} to="/repositories" variant="subtle" size="xs">
            {own}
          </Button>
        </>
      }
    >
      <Refusal error={create.error} />
    </SetupStep>
  );
}

/** Creates the sample. Uses the second name if another organization of the server has the first one. */
async function createSample(organizationId: string) {
  const [first, second] = sampleNames(organizationId);
  try {
    return await tembo.repositories.create({ ...first!, isSample: true });
  } catch (cause) {
    if (!(cause instanceof ConflictError)) throw cause;
    return tembo.repositories.create({ ...second!, isSample: true });
  }
}

function TaskStep({ isDone, sample }: { readonly isDone: boolean; readonly sample: string | null }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const start = useMutation({
    mutationFn: (repository: string) =>
      tembo.session.create({ prompt: words.task.prompt, repositories: [repository] }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ["sessions"] });
      await navigate({ to: "/sessions/$sessionId", params: { sessionId: id } });
    },
  });
  const { title, about, isDone: result, action, waiting } = words.task;
  return (
    <SetupStep
      title={title}
      about={isDone ? result : sample === null ? waiting : about}
      isDone={isDone}
      action={
        <Button
          size="xs"
          loading={start.isPending}
          disabled={sample === null}
          onClick={() => sample !== null && start.mutate(sample)}
        >
          {action}
        </Button>
      }
    >
      <Refusal error={start.error} />
    </SetupStep>
  );
}
