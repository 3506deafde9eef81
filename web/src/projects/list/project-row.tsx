import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type Project, sandboxSizeName } from "@tembo-io/sdk";
import { TimeAgo } from "../../components/time-ago.tsx";
import { formatConjunction } from "../../format/lists.ts";
import { projectsText } from "../../text/projects/index.ts";
import { BuildMark } from "../builds/build-mark.tsx";
import { ProjectIcon } from "../project-icon.tsx";
import classes from "./project-row.module.css";

const words = projectsText;

export function ProjectRow({ project }: { readonly project: Project }) {
  const { icon, color, name, lastBuild, activeSnapshots } = project;
  const [active] = activeSnapshots;
  return (
    <li className={classes.row}>
      <Link to="/projects/$projectId" params={{ projectId: project.id }} className={classes.link}>
        <span className={classes.name}>
          <ProjectIcon icon={icon} color={color} />
          <span className={classes.words}>
            <Text size="sm" fw={550} truncate dir="auto" component="span" display="block">
              {name}
            </Text>
            <Text size="xs" c="dimmed" truncate dir="auto" component="span" display="block">
              {about(project)}
            </Text>
          </span>
        </span>
        <span className={classes.fact}>
          <span className={classes.label}>{words.environment}</span>
          {active === undefined ? (
            words.notBuilt
          ) : (
            <>
              {words.built} <TimeAgo at={active.builtAt} />
            </>
          )}
        </span>
        <span className={classes.fact}>
          <span className={classes.label}>{words.lastBuild}</span>
          {lastBuild === null ? (
            words.neverBuilt
          ) : (
            <span className={classes.build}>
              <BuildMark status={lastBuild.status} />
              <TimeAgo at={lastBuild.createdAt} />
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

/** Returns the description, or otherwise facts about where the project is used. */
function about({
  description,
  codeRepositoryIds,
  defaultForSizes,
  isDefaultForRepositories,
}: Project): string {
  if (description !== null) return description;
  const facts = [
    codeRepositoryIds === null ? "" : words.repositories(codeRepositoryIds.length),
    defaultForSizes.length === 0
      ? ""
      : words.defaultFor(formatConjunction(defaultForSizes.map(sandboxSizeName))),
    isDefaultForRepositories ? words.alwaysUsed : "",
  ];
  return facts.filter((fact) => fact !== "").join(" · ");
}
