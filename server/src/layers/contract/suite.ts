import type { TestContext } from "node:test";
import type { LayerSource } from "../../core/turns/index.ts";
import type { DiskLayers } from "../disk-layers.ts";
import { inChunks, makeTar, type TarEntry } from "../testing/make-tar.ts";
import type { OpenLayers, TestedFormat } from "../testing/open-layers.ts";

/** Declares a test of one of the port's guarantees. */
export type Suite = (sentence: string, body: (t: TestContext, subject: Subject) => Promise<void>) => void;

export interface Subject {
  readonly name: TestedFormat;
  readonly dataDir: string;
  /** Opens the layers of the same data folder again, as another start of the server does. */
  readonly open: OpenLayers;
  readonly layers: DiskLayers;
}

export const never = new AbortController().signal;

export const archiveOf = (...entries: readonly TarEntry[]): LayerSource => ({
  kind: "archive",
  archive: inChunks(makeTar(entries)),
});

/** Source of a layer with one file. Different texts give different layers. */
export const fileLayer = (text: string): LayerSource => archiveOf({ name: "file", body: text });
