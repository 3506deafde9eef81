import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { sessionParams } from "../session/session.ts";
import { answeredBy, answeringUserId } from "./ask.ts";

export const question = z.strictObject({
  id: uuid,
  sessionId: uuid,
  question: z.string(),
  options: z.array(z.string()).describe("Answers to choose from. Any other text is also a valid answer."),
  createdAt: timestamp,
  expiresAt: timestamp,
  answer: z
    .strictObject({
      text: z.string().nullable(),
      by: answeredBy,
      userId: answeringUserId,
      answeredAt: timestamp,
    })
    .nullable(),
});
export type Question = z.infer<typeof question>;
export const questionList = z.strictObject({ items: z.array(question) });
export type QuestionList = z.infer<typeof questionList>;
export const questionParams = sessionParams.extend({ questionId: uuid });
export const questionAnswerBody = z.strictObject({ answer: z.string().min(1).max(100_000) });
export type QuestionAnswerBody = z.infer<typeof questionAnswerBody>;
