import type { RequestOptions } from "../options.ts";
import type { WorkspaceTreeQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { SavedWorkspaceFile, WorkspaceFile, WorkspaceFileUpdateBody, WorkspaceTree } from "../types.ts";

/** Files in a session's workspace. Available while the workspace is on the server or its sandbox is running. */
export class SessionWorkspace {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists a folder, folders first. */
  tree(
    sessionId: string,
    query?: WorkspaceTreeQuery | null,
    options?: RequestOptions,
  ): APIPromise<WorkspaceTree> {
    const path = pathOf`/v1/sessions/${sessionId}/workspace/tree`;
    return this.#transport.json({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Returns a file with its text. */
  file(sessionId: string, query: { path: string }, options?: RequestOptions): APIPromise<WorkspaceFile> {
    const path = pathOf`/v1/sessions/${sessionId}/workspace/file`;
    return this.#transport.json({ method: "GET", path, query }, options);
  }

  /**
   * Saves an existing text file in the sandbox, which must be running. Throws `ConflictError` if the file has changed since
   * it was read.
   */
  save(
    sessionId: string,
    body: WorkspaceFileUpdateBody,
    options?: RequestOptions,
  ): APIPromise<SavedWorkspaceFile> {
    const path = pathOf`/v1/sessions/${sessionId}/workspace/file`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }
}
