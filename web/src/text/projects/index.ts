import { projectBuilds, projectEnvironments } from "./project-builds.ts";
import { projectForm } from "./project-form.ts";
import { projects } from "./projects.ts";

/** Text of the project pages. It is loaded with these pages instead of the first page. */
export const projectsText = {
  ...projects,
  form: projectForm,
  builds: projectBuilds,
  environments: projectEnvironments,
};
