/** A variable of a project, without its value, which is stored as a credential. */
export interface ProjectVariable {
  readonly projectId: string;
  /** Name of the environment variable. Unique in the project. */
  readonly key: string;
  readonly scope: VariableScope;
  readonly createdAt: Date;
  /** Time of the last change to the value or the scope. */
  readonly updatedAt: Date;
}

/** `build`: only builds receive the variable. `buildAndRun`: sessions receive it too. */
export type VariableScope = "build" | "buildAndRun";

export interface ProjectVariableQueries {
  /** Returns the variables, ordered by key. */
  list(projectId: string): Promise<ProjectVariable[]>;
  /** Inserts the variable, or replaces its scope and time. */
  save(variable: ProjectVariable): Promise<void>;
  delete(projectId: string, key: string): Promise<void>;
}
