import type { CursorPage, Page } from "../../base/index.ts";
import type { SessionFile, SessionFileSource } from "./session-file.ts";

export interface SessionFileQueries {
  /** Newest first; `search` is found in paths, whatever its case. */
  list(sessionId: string, page: CursorPage & { readonly search?: string }): Promise<Page<SessionFile>>;
  find(
    sessionId: string,
    id: string,
  ): Promise<{ readonly file: SessionFile; readonly source: SessionFileSource } | null>;
}
