import type { SessionFile, SessionFileSource } from "../../../session/session-file.ts";
import type { CursorPage, Page } from "../page.ts";

export interface SessionFileQueries {
  /** Newest first; `search` is found in paths, whatever its case. */
  list(sessionId: string, page: CursorPage & { readonly search?: string }): Promise<Page<SessionFile>>;
  find(
    sessionId: string,
    id: string,
  ): Promise<{ readonly file: SessionFile; readonly source: SessionFileSource } | null>;
}
