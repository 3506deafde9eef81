import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

/** Model costs of the current month. Tembo itself charges no fees: the organization pays its providers directly. */
export const billing = z.strictObject({
  billingEnabled: z.literal(false),
  balance: z.strictObject({
    calculatedBalance: z.literal(0),
    availableBalance: z.literal(0),
    availableOnDemandUsage: z.literal(0),
    lastTransaction: z.null(),
    unlimitedCredits: z.literal(true),
  }),
  onDemand: z.strictObject({
    enabled: z.literal(false),
    currentUsage: z.number().min(0).describe("Cost of models in this calendar month (UTC), in US dollars."),
    maxCreditUsage: z.number().min(0).describe("Budget for the month. 0 if no budget is set."),
  }),
  subscription: z.strictObject({
    type: z.literal("free"),
    status: z.null(),
    canceledAt: z.null(),
    periodEnd: z.null(),
    plan: z.null(),
    currentTier: z.literal(0),
    upgradablePlans: z.array(z.never()).max(0),
  }),
});
export type Billing = z.infer<typeof billing>;

const dollars = z.number().min(0);
/** The cost of a session's model requests in US dollars, as measured by the model gateway. */
export const billingUsageItem = z.strictObject({
  id: uuid,
  title: z.string(),
  kind: z.literal("session"),
  createdAt: timestamp,
  managedInferenceCredits: dollars,
  computeCredits: z.literal(0),
  totalCredits: dollars,
});
export type BillingUsageItem = z.infer<typeof billingUsageItem>;
export const billingUsageQuery = cursorQuery;
export const billingUsage = z.strictObject({
  items: z.array(billingUsageItem).max(100),
  nextCursor: uuid.nullable(),
  asOf: timestamp,
});
export type BillingUsage = z.infer<typeof billingUsage>;
