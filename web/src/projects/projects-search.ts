const tabs = ["builds", "environments", "variables", "sessions"] as const;

/** List filter from the URL. */
export interface ProjectsSearch {
  readonly search?: string;
}

export function checkProjectsSearch({ search }: Record<string, unknown>): ProjectsSearch {
  return typeof search === "string" && search !== "" ? { search } : {};
}

/**
 * Selected tab of the project page. The settings tab is selected if `tab` is absent. The builds tab shows the log of
 * `build` if it is present.
 */
export interface ProjectSearch {
  readonly tab?: (typeof tabs)[number];
  readonly build?: string;
}

/** Omits parameters that have no effect. Pure. */
export function checkProjectSearch({ tab, build }: Record<string, unknown>): ProjectSearch {
  const known = tabs.find((one) => one === tab);
  return {
    ...(known !== undefined && { tab: known }),
    ...(known === "builds" && typeof build === "string" && build !== "" && { build }),
  };
}
