import { visibleName } from "../../components/visible-name.ts";
import { text } from "../../text/index.ts";
import type { TourSection } from "./plan/plan-tour.ts";

/** A stop of the tour: the introduction or a section. */
export type Stop = TourSection | { readonly key: string; readonly body: string };

export function titleOf(stop: Stop): string {
  if ("body" in stop) return text.tour.introduction;
  const { kind, folder, files } = stop;
  if (kind !== "source") return text.tour.kind[kind];
  if (files.length === 1) return visibleName(files[0]!.path);
  if (folder === null) return text.tour.rest;
  return folder === "" ? text.tour.root : visibleName(folder);
}
