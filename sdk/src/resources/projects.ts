import type { RequestOptions } from "../options.ts";
import type { CursorQuery, ProjectQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { followBuildLog } from "../stream/follow-build-log.ts";
import type { StreamOptions as BuildLogOptions, StreamParts } from "../stream/follow-stream.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  Project,
  ProjectBuild,
  ProjectBuildCancelled,
  ProjectBuildCreateBody,
  ProjectBuildList,
  ProjectBuildsCreated,
  ProjectBuildWithLogs,
  ProjectCreateBody,
  ProjectCreated,
  ProjectDefaults,
  ProjectList,
  ProjectSchedule,
  ProjectScheduleChangeBody,
  ProjectScheduleCreateBody,
  ProjectScheduleList,
  ProjectSnapshot,
  ProjectSnapshotDeleted,
  ProjectSnapshotList,
  ProjectSnapshotUpdateBody,
  ProjectUpdateBody,
  ProjectVariableCreateBody,
  ProjectVariableDeleted,
  ProjectVariableList,
} from "../types.ts";

/** How the sandboxes of a group of sessions are prepared. Only admins may change projects. */
export class ProjectsResource {
  readonly builds: ProjectBuildsResource;
  readonly environmentVariables: ProjectVariablesResource;
  readonly schedules: ProjectSchedulesResource;
  readonly snapshots: ProjectSnapshotsResource;
  readonly #transport: Transport;

  constructor(parts: StreamParts) {
    const { transport } = parts;
    this.#transport = transport;
    this.builds = new ProjectBuildsResource(parts);
    this.environmentVariables = new ProjectVariablesResource(transport);
    this.schedules = new ProjectSchedulesResource(transport);
    this.snapshots = new ProjectSnapshotsResource(transport);
  }

  /** Lists projects, newest first. */
  list(query?: ProjectQuery | null, options?: RequestOptions): PagePromise<ProjectList> {
    return this.#transport.page({ method: "GET", path: "/v1/projects", query: { ...query } }, options);
  }

  /** Creates a project. `jobIds` contains the ID of the build that `runNow` requests. */
  create(body: ProjectCreateBody, options?: RequestOptions): APIPromise<ProjectCreated> {
    return this.#transport.json({ method: "POST", path: "/v1/projects", body }, options);
  }

  retrieve(projectId: string, options?: RequestOptions): APIPromise<Project> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/projects/${projectId}` }, options);
  }

  /** Updates a project. Later builds and sessions use the new settings. */
  update(projectId: string, body: ProjectUpdateBody, options?: RequestOptions): APIPromise<Project> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/projects/${projectId}`, body }, options);
  }

  /** Archives a project: cancels its builds, disables its schedules and deletes its variables. */
  delete(projectId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/projects/${projectId}` }, options);
  }

  /** Sets the organization's default sandbox size, and the default project for that size. */
  updateDefaults(body: ProjectDefaults, options?: RequestOptions): APIPromise<ProjectDefaults> {
    return this.#transport.json({ method: "PUT", path: "/v1/projects/defaults", body }, options);
  }
}

export class ProjectBuildsResource {
  readonly #parts: StreamParts;
  readonly #transport: Transport;
  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#transport = parts.transport;
  }

  /** Lists builds, newest first. */
  list(
    projectId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<ProjectBuildList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/projects/${projectId}/builds`, query: { ...query } },
      options,
    );
  }

  /** Requests a build. `jobIds` contains the ID of the build that serves the request. */
  create(
    projectId: string,
    body: ProjectBuildCreateBody = {},
    options?: RequestOptions,
  ): APIPromise<ProjectBuildsCreated> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/projects/${projectId}/builds`, body },
      options,
    );
  }

  /** Returns a build with its log. */
  retrieve(projectId: string, buildId: string, options?: RequestOptions): APIPromise<ProjectBuildWithLogs> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/projects/${projectId}/builds/${buildId}` },
      options,
    );
  }

  /**
   * Yields the log of a build from its beginning, and then new output until the build ends. Returns the final status,
   * or null if the signal aborts first. Reconnects if the connection drops.
   */
  log(
    projectId: string,
    buildId: string,
    options?: BuildLogOptions,
  ): AsyncGenerator<string, ProjectBuild["status"] | null, undefined> {
    return followBuildLog(this.#parts, { projectId, buildId }, options);
  }

  /** Cancels a pending or running build. */
  cancel(projectId: string, buildId: string, options?: RequestOptions): APIPromise<ProjectBuildCancelled> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/projects/${projectId}/builds/${buildId}/cancel` },
      options,
    );
  }
}

/** Variables of a project. No method returns their values. */
export class ProjectVariablesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(projectId: string, options?: RequestOptions): APIPromise<ProjectVariableList> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/projects/${projectId}/environment-variables` },
      options,
    );
  }

  /** Stores variables, and returns all variables of the project. */
  create(
    projectId: string,
    body: ProjectVariableCreateBody,
    options?: RequestOptions,
  ): APIPromise<ProjectVariableList> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/projects/${projectId}/environment-variables`, body },
      options,
    );
  }

  delete(projectId: string, key: string, options?: RequestOptions): APIPromise<ProjectVariableDeleted> {
    return this.#transport.json(
      { method: "DELETE", path: pathOf`/v1/projects/${projectId}/environment-variables/${key}` },
      options,
    );
  }
}

/** Times at which builds are requested. */
export class ProjectSchedulesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists schedules, newest first. */
  list(
    projectId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<ProjectScheduleList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/projects/${projectId}/schedules`, query: { ...query } },
      options,
    );
  }

  create(
    projectId: string,
    body: ProjectScheduleCreateBody,
    options?: RequestOptions,
  ): APIPromise<ProjectSchedule> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/v1/projects/${projectId}/schedules`, body },
      options,
    );
  }

  retrieve(projectId: string, scheduleId: string, options?: RequestOptions): APIPromise<ProjectSchedule> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/projects/${projectId}/schedules/${scheduleId}` },
      options,
    );
  }

  update(
    projectId: string,
    scheduleId: string,
    body: ProjectScheduleChangeBody,
    options?: RequestOptions,
  ): APIPromise<ProjectSchedule> {
    return this.#transport.json(
      { method: "PATCH", path: pathOf`/v1/projects/${projectId}/schedules/${scheduleId}`, body },
      options,
    );
  }

  /** Disables a schedule. An update can enable it again. */
  delete(projectId: string, scheduleId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json(
      { method: "DELETE", path: pathOf`/v1/projects/${projectId}/schedules/${scheduleId}` },
      options,
    );
  }
}

/** Built environments of a project. */
export class ProjectSnapshotsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists environments, newest first. */
  list(
    projectId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<ProjectSnapshotList> {
    return this.#transport.page(
      { method: "GET", path: pathOf`/v1/projects/${projectId}/snapshots`, query: { ...query } },
      options,
    );
  }

  retrieve(projectId: string, snapshotId: string, options?: RequestOptions): APIPromise<ProjectSnapshot> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/projects/${projectId}/snapshots/${snapshotId}` },
      options,
    );
  }

  /** Renames, pins or unpins an environment. */
  update(
    projectId: string,
    snapshotId: string,
    body: ProjectSnapshotUpdateBody,
    options?: RequestOptions,
  ): APIPromise<ProjectSnapshot> {
    return this.#transport.json(
      { method: "PATCH", path: pathOf`/v1/projects/${projectId}/snapshots/${snapshotId}`, body },
      options,
    );
  }

  /** Deletes an environment. Sessions that started from it continue. */
  delete(
    projectId: string,
    snapshotId: string,
    options?: RequestOptions,
  ): APIPromise<ProjectSnapshotDeleted> {
    return this.#transport.json(
      { method: "DELETE", path: pathOf`/v1/projects/${projectId}/snapshots/${snapshotId}` },
      options,
    );
  }
}
