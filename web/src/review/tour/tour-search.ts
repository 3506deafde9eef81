/** Current stop of the tour, from the URL. */
export interface TourSearch {
  readonly section?: string | undefined;
}

export function checkTourSearch({ section }: Record<string, unknown>): TourSearch {
  return { section: typeof section === "string" && section !== "" ? section : undefined };
}
