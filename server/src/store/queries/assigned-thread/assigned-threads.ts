import type { TurnLease } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { AssignedThread, TurnThread } from "../../../core/sessions/index.ts";
import { lockLease, writeUnderLease } from "../lease.ts";
import { type Query, query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { assignedThreads } from "./assigned-thread-table.ts";

/** Matches the rows of a thread in a turn. A second message of the turn may assign the same thread again. */
const ofTurnThread = (
  turn: MessagesTurn,
  { pullRequestId, threadId }: Pick<AssignedThread, "pullRequestId" | "threadId">,
) =>
  query`pull_request_id = ${pullRequestId} and thread_id = ${threadId}
    and message_id in (${messagesOf(turn)})`;

type MessagesTurn = Pick<TurnLease, "sessionId" | "turnId">;

/** Selects the messages of a turn by both columns of their index. */
const messagesOf = ({ sessionId, turnId }: MessagesTurn) =>
  query`select id from messages where session_id = ${sessionId} and turn_id = ${turnId}`;

export function assignedThreadQueries(sql: Sql): Queries["assignedThreads"] {
  const write = async (
    lease: TurnLease,
    thread: Pick<AssignedThread, "pullRequestId" | "threadId">,
    set: Query,
  ): Promise<void> => {
    await writeUnderLease(sql, lease, {
      statement: query`update assigned_threads set ${set} from ${lockLease(lease)}
        where ${ofTurnThread(lease, thread)} returning message_id`,
      otherwise: `Review thread ${thread.threadId} is not assigned to this turn.`,
    });
  };

  return {
    async insert(threads) {
      for (const thread of threads)
        await sql.rows(
          query`insert into assigned_threads (${assignedThreads.names}) values (${assignedThreads.values(thread)})
            on conflict do nothing`,
        );
    },

    ofMessage: (messageId) =>
      sql.rows<AssignedThread>(
        query`select ${assignedThreads.columns} from assigned_threads where message_id = ${messageId} order by position`,
      ),

    ofTurn: (turn) =>
      sql.rows<TurnThread>(
        query`select * from (
            select distinct on (pull_request_id, thread_id) ${assignedThreads.columns},
                array_agg(comment_id) over (partition by pull_request_id, thread_id) as "commentIds"
              from assigned_threads
              where message_id in (${messagesOf(turn)})
              order by pull_request_id, thread_id, created_at, message_id) as one
          order by "createdAt", "messageId", position`,
      ),

    answer: (lease, thread, { answer, isFixed }) =>
      write(lease, thread, assignedThreads.set({ answer, isFixed })),

    finish: (lease, thread, end) => write(lease, thread, assignedThreads.set(end)),

    ofPullRequest: (pullRequestId) =>
      sql.rows(
        query`select distinct on (thread_id) ${assignedThreads.columnsOf("a")}, m.session_id as "sessionId", m.turn_id as "turnId",
            turns.status as "turnStatus"
          from assigned_threads a join messages m on m.id = a.message_id left join turns on turns.id = m.turn_id
          where a.pull_request_id = ${pullRequestId} and m.deleted_at is null
          order by thread_id, a.created_at desc, a.message_id desc`,
      ),
  };
}
