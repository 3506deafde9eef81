import type { LayerDigest } from "../layer/layers.ts";
import type { WorkspaceHandle } from "../sandbox/sandbox.ts";

/** Workspaces on this host. Host git works in their folders, and sandboxes mount them by their handles. */
export interface Workspaces {
  /**
   * Creates a session's missing folders, owned by the session's user. A missing workspace or HOME starts with what the highest of the
   * `layers` has at /workspace or /home/tembo. Throws `sandbox_unavailable` if this content cannot be copied, and the errors of
   * `Layers.mount`.
   */
  prepare(workspace: WorkspaceHandle, layers: readonly LayerDigest[], signal: AbortSignal): Promise<void>;
  /** Returns the user on this host that owns a session's files. */
  ownerOf(sessionNumber: number): { readonly uid: number; readonly gid: number };
}
