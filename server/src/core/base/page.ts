/** A request for a page. `cursor` is the ID of the last item on the previous page. */
export interface CursorPage {
  readonly cursor?: string;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** A request for a numbered page. `page` starts at 1. */
export interface NumberedPage {
  readonly page: number;
  readonly limit: number;
}
