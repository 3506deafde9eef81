/** Current stop of the tour, as the URL contains it. */
export interface TourSearch {
  readonly section?: string | undefined;
}

export function checkTourSearch({ section }: Record<string, unknown>): TourSearch {
  return { section: typeof section === "string" && section !== "" ? section : undefined };
}
