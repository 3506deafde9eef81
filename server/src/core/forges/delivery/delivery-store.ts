import type { CursorPage, Page } from "../../base/index.ts";
import type { Delivery, DeliveryStatus } from "./delivery.ts";

export interface DeliveryQueries {
  /** False when the integration has had this delivery, by its id, or with `isOnceByBody` by its body. */
  insert(delivery: Delivery, options?: { readonly isOnceByBody: boolean }): Promise<boolean>;
  get(id: string): Promise<Delivery | null>;
  find(organizationId: string, id: string): Promise<Delivery | null>;
  finish(
    id: string,
    end: {
      readonly status: Exclude<DeliveryStatus, "received">;
      readonly outcome: string;
      readonly sessionId: string | null;
    },
    at: Date,
  ): Promise<void>;
  /** Newest first, without the bodies, which may be large. */
  list(
    organizationId: string,
    page: CursorPage & { readonly integrationId?: string; readonly status?: DeliveryStatus },
  ): Promise<Page<Omit<Delivery, "body">>>;
  /** Those received before. */
  deleteBefore(at: Date): Promise<number>;
}
