import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { NotFoundError } from "@tembo-io/sdk";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { NotFound } from "../../components/not-found.tsx";
import { PageTabs } from "../../components/page-tabs.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { BuildsTab } from "../builds/builds-tab.tsx";
import { EnvironmentsTab } from "../environments/environments-tab.tsx";
import { projectQuery } from "../projects-query.ts";
import { checkProjectSearch } from "../projects-search.ts";
import { VariablesTab } from "../variables/variables-tab.tsx";
import { ProjectHeader } from "./project-header.tsx";
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
      <PageTabs
        label={label}
        value={tab}
        onChange={(chosen) => void navigate({ search: checkProjectSearch({ tab: chosen }), replace: true })}
        tabs={[
          {
            value: SETTINGS,
            label: settings,
            content: <SettingsTab key={project.id} project={project} />,
            isKept: true,
          },
          { value: "builds", label: builds, content: <BuildsTab project={project} buildId={build} /> },
          { value: "environments", label: environments, content: <EnvironmentsTab project={project} /> },
          { value: "variables", label: variables, content: <VariablesTab project={project} /> },
          { value: "sessions", label: sessions, content: <SessionsTab project={project} /> },
        ]}
      />
    </>
  );
}
