import {
  IconApi,
  IconBook,
  IconBox,
  IconBrain,
  IconBug,
  IconBuilding,
  IconBulb,
  IconChecklist,
  IconChess,
  IconCloud,
  IconCode,
  IconCpu,
  IconDatabase,
  IconDeviceMobile,
  IconFolder,
  IconPackage,
  IconPhoto,
  IconServer,
  IconTerminal2,
  IconTools,
  IconWand,
  IconWorld,
} from "@tabler/icons-react";
import type { ProjectRef } from "@tembo-io/sdk";
import type { ComponentType } from "react";
import classes from "./project-icon.module.css";

const pictures: Readonly<Record<ProjectRef["icon"], ComponentType<{ readonly size: number }>>> = {
  folder: IconFolder,
  code: IconCode,
  terminal: IconTerminal2,
  book: IconBook,
  brain: IconBrain,
  bug: IconBug,
  building: IconBuilding,
  cloud: IconCloud,
  globe: IconWorld,
  idea: IconBulb,
  tools: IconTools,
  magic: IconWand,
  processor: IconCpu,
  sandbox: IconBox,
  server: IconServer,
  tasks: IconChecklist,
  tactics: IconChess,
  images: IconPhoto,
  database: IconDatabase,
  api: IconApi,
  mobile: IconDeviceMobile,
  package: IconPackage,
};

/** Icon of a project in its color. Decorative, because the name is always beside it. */
export function ProjectIcon({
  icon,
  color,
  size = 28,
}: {
  readonly icon: ProjectRef["icon"];
  readonly color: ProjectRef["color"];
  readonly size?: number;
}) {
  const Picture = pictures[icon];
  return (
    <span className={classes.icon} data-color={color} style={{ width: size, height: size }} aria-hidden>
      <Picture size={Math.round(size * 0.62)} />
    </span>
  );
}
