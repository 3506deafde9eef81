import type { CursorPage, Page } from "../../base/index.ts";
import type { Delivery, DeliveryStatus } from "./delivery.ts";

export interface DeliveryQueries {
  /**
   * Returns false if the integration already has this delivery: the same id, or the same body if `isOnceByBody` is set.
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
  /** Lists deliveries, newest first, without the bodies, which may be large. */
  list(
    organizationId: string,
    page: CursorPage & { readonly integrationId?: string; readonly status?: DeliveryStatus },
  ): Promise<Page<Omit<Delivery, "body">>>;
  /** Deletes the deliveries received before `at`, and returns their number. */
  deleteBefore(at: Date): Promise<number>;
}
