import type { CursorPage, Page } from "../../base/index.ts";
import type { Delivery, DeliveryStatus } from "./delivery.ts";

export interface DeliveryQueries {
  /**
   * Inserts a delivery. Returns false if the integration already has a delivery with the same ID or, if `isOnceByBody`
   * is set, with the same body.
   */
  insert(delivery: Delivery, options?: { readonly isOnceByBody: boolean }): Promise<boolean>;
  findById(id: string): Promise<Delivery | null>;
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
  /** Lists deliveries, newest first. Omits the bodies, which may be large. */
  list(
    organizationId: string,
    page: CursorPage & { readonly integrationId?: string; readonly status?: DeliveryStatus },
  ): Promise<Page<Omit<Delivery, "body">>>;
  /** Deletes the deliveries received before `at`, and returns their number. */
  deleteBefore(at: Date): Promise<number>;
}
