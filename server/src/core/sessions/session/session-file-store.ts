import type { CursorPage, Page } from "../../base/index.ts";
import type { SessionFile, SessionFileSource } from "./session-file.ts";

export interface SessionFileQueries {
  /** Lists files, newest first. `search` matches part of the path, case-insensitively. */
  list(sessionId: string, page: CursorPage & { readonly search?: string }): Promise<Page<SessionFile>>;
  find(
    sessionId: string,
    id: string,
  ): Promise<{ readonly file: SessionFile; readonly source: SessionFileSource } | null>;
}
