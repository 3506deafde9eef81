import type { Project } from "@tembo-io/sdk";
import { text } from "../../text/index.ts";
import { NO_PROJECT } from "../draft.ts";

const words = text.composer.project;

/**
 * Returns the options of the project picker. A selected project that is not in the list, for example because it was
 * deleted, is an option too, so that the user sees it and can change it. `projects` is null if they could not be loaded.
 * Pure.
 */
export function projectOptions(
  projects: readonly Pick<Project, "id" | "name">[] | null,
  selectedId: string,
): { readonly value: string; readonly label: string }[] {
  const listed = [
    { value: NO_PROJECT, label: words.none },
    ...(projects ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  const isListed = selectedId === "" || listed.some(({ value }) => value === selectedId);
  if (isListed) return listed;
  return [...listed, { value: selectedId, label: projects === null ? words.notLoaded : words.unavailable }];
}
