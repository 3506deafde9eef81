/** Where in the tour one is, as the address has it. */
export interface TourSearch {
  readonly section?: string | undefined;
}

export function checkTourSearch({ section }: Record<string, unknown>): TourSearch {
  return { section: typeof section === "string" && section !== "" ? section : undefined };
}
