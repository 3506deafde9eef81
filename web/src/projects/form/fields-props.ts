import type { ProjectWords } from "./project-words.ts";

/** Props of a part of the form with a project's settings. */
export interface FieldsProps {
  readonly words: ProjectWords;
  readonly isReadOnly: boolean;
  readonly onChange: (change: Partial<ProjectWords>) => void;
}
