import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { NotFoundError } from "@tembo-io/sdk";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { NotFound } from "../../components/not-found.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { BuildsTab } from "../builds/builds-tab.tsx";
import { EnvironmentsTab } from "../environments/environments-tab.tsx";
import { projectQuery } from "../projects-query.ts";
import { checkProjectSearch } from "../projects-search.ts";
import { VariablesTab } from "../variables/variables-tab.tsx";
import { ProjectHeader } from "./project-header.tsx";
import classes from "./project-page.module.css";
import { SessionsTab } from "./sessions-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";

const SETTINGS = "settings";

export function ProjectPage() {
  const { projectId } = useParams({ from: "/inside/projects/$projectId" });
  const { tab = SETTINGS, build } = useSearch({ from: "/inside/projects/$projectId" });
  const navigate = useNavigate({ from: "/projects/$projectId" });
  const query = useQuery(projectQuery(projectId));
  const project = query.data;
  if (query.error instanceof NotFoundError) return <NotFound />;
  if (query.isError && project === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (project === undefined) return <Loading />;
  const { label, settings, builds, environments, variables, sessions } = projectsText.tabs;
  return (
    <>
      <ProjectHeader project={project} />
      <Tabs
        value={tab}
        onChange={(chosen) => void navigate({ search: checkProjectSearch({ tab: chosen }), replace: true })}
        className={classes.tabs}
        keepMounted={false}
        // Keeps the effects of a hidden form, which warns before unsaved edits are lost.
        keepMountedMode="display-none"
      >
        <Tabs.List aria-label={label} px="md" className={classes.list}>
          <Tabs.Tab value={SETTINGS}>{settings}</Tabs.Tab>
          <Tabs.Tab value="builds">{builds}</Tabs.Tab>
          <Tabs.Tab value="environments">{environments}</Tabs.Tab>
          <Tabs.Tab value="variables">{variables}</Tabs.Tab>
          <Tabs.Tab value="sessions">{sessions}</Tabs.Tab>
        </Tabs.List>
        {/* Keeps unsaved edits while another tab is open. */}
        <Tabs.Panel value={SETTINGS} keepMounted className={classes.panel}>
          <SettingsTab key={project.id} project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="builds" className={classes.panel}>
          <BuildsTab project={project} buildId={build} />
        </Tabs.Panel>
        <Tabs.Panel value="environments" className={classes.panel}>
          <EnvironmentsTab project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="variables" className={classes.panel}>
          <VariablesTab project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="sessions" className={classes.panel}>
          <SessionsTab project={project} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
