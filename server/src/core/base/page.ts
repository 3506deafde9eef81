/** `cursor` is the id of the last item seen. */
export interface CursorPage {
  readonly cursor?: string;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** `page` counts from 1. */
export interface NumberedPage {
  readonly page: number;
  readonly limit: number;
}
