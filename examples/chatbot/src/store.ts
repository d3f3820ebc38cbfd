// The application's own rows, in the same database as the coins. It knows nothing of what costs what.

import { type Generated, type Kysely, type Selectable, sql, type Transaction } from 'kysely';

/** A source that an answer names. */
export interface Source {
  /** The answer's mark for it: 1 for `[1]`. */
  readonly mark: number;
  readonly file: string;
  readonly heading: string;
  readonly anchor: string;
  /** Markdown. */
  readonly excerpt: string;
}

/** What an answer cost. Amounts are decimal text. */
export interface Charge {
  /** Of the operation in the ledger. */
  readonly key: string;
  readonly coins: string;
  /** What could be spent then. */
  readonly left: string;
  readonly from: readonly { readonly block: string; readonly coins: string }[];
}

/** One message of a conversation. */
export interface Message {
  readonly id: string;
  readonly from: 'visitor' | 'desk' | 'person';
  /** Who the person is. */
  readonly author: string | null;
  /** Markdown where the desk wrote it, else plain text. */
  readonly text: string;
  readonly sources: readonly Source[];
  /** Null where nothing was charged. */
  readonly charge: Charge | null;
  readonly at: Date;
}

interface Tables {
  conversation: { id: string; visitor: string; opened_at: Generated<Date> };
  message: {
    id: string;
    number: Generated<number>;
    conversation: string;
    from: Message['from'];
    author: string | null;
    text: string;
    sources: string;
    charge: string | null;
    at: Generated<Date>;
  };
  handoff: { conversation: string; asked_at: Generated<Date>; answered_at: Date | null };
  purchase_order: { id: string; visitor: string; pack: string; ordered_at: Generated<Date> };
}

/** The application's database. */
export type Database = Kysely<Tables>;

/** The application's database, or a transaction of it. */
export type Queries = Database | Transaction<Tables>;

/** A conversation that waits for a person, or was given to one. */
export interface Handoff {
  readonly conversation: string;
  readonly askedAt: Date;
  readonly answeredAt: Date | null;
  readonly messages: readonly Message[];
}

/** Creates what isn't there yet. */
export async function createTables(db: Database): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('conversation')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('visitor', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
  await schema
    .createTable('message')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.generatedAlwaysAsIdentity().notNull())
    .addColumn('conversation', 'text', (column) => column.notNull().references('conversation.id'))
    .addColumn('from', 'text', (column) => column.notNull())
    .addColumn('author', 'text')
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('sources', 'text', (column) => column.notNull())
    .addColumn('charge', 'text')
    .addColumn('at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
  await schema
    .createTable('handoff')
    .ifNotExists()
    .addColumn('conversation', 'text', (column) =>
      column.primaryKey().references('conversation.id'),
    )
    .addColumn('asked_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('answered_at', 'timestamptz')
    .execute();
  await schema
    .createTable('purchase_order')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('visitor', 'text', (column) => column.notNull())
    .addColumn('pack', 'text', (column) => column.notNull())
    .addColumn('ordered_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
}

/** Whose a conversation is; null where there is none. */
export async function ownerOf(db: Queries, conversation: string): Promise<string | null> {
  const row = await db
    .selectFrom('conversation')
    .select('visitor')
    .where('id', '=', conversation)
    .executeTakeFirst();
  return row?.visitor ?? null;
}

/** Opens a conversation, where it isn't open already. */
export async function openConversation(
  db: Queries,
  conversation: { readonly id: string; readonly visitor: string },
): Promise<void> {
  await db
    .insertInto('conversation')
    .values(conversation)
    .onConflict((clash) => clash.doNothing())
    .execute();
}

/** A message that is to be written; what it doesn't state is empty. */
export type NewMessage = Pick<Message, 'id' | 'from' | 'text'> &
  Partial<Pick<Message, 'author' | 'sources' | 'charge'>>;

/** Writes messages in order. One that is there already stays as it is. */
export async function addMessages(
  db: Queries,
  conversation: string,
  messages: readonly NewMessage[],
): Promise<void> {
  const rows = messages.map((message) => ({
    id: message.id,
    conversation,
    from: message.from,
    author: message.author ?? null,
    text: message.text,
    sources: JSON.stringify(message.sources ?? []),
    charge: message.charge ? JSON.stringify(message.charge) : null,
  }));
  await db
    .insertInto('message')
    .values(rows)
    .onConflict((clash) => clash.doNothing())
    .execute();
}

/** A message by its name. */
export async function findMessage(db: Queries, id: string): Promise<Message | null> {
  const row = await db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : messageOf(row);
}

/** All of a conversation, in order. */
export async function thread(db: Queries, conversation: string): Promise<Message[]> {
  const rows = await db
    .selectFrom('message')
    .selectAll()
    .where('conversation', '=', conversation)
    .orderBy('number')
    .execute();
  return rows.map(messageOf);
}

/** The conversation that a visitor opened last. */
export async function lastConversation(db: Queries, visitor: string): Promise<string | null> {
  const row = await db
    .selectFrom('conversation')
    .select('id')
    .where('visitor', '=', visitor)
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Asks for a person. False where one was asked for already. */
export async function addHandoff(db: Queries, conversation: string): Promise<boolean> {
  const written = await db
    .insertInto('handoff')
    .values({ conversation, answered_at: null })
    .onConflict((clash) => clash.doNothing())
    .returning('conversation')
    .executeTakeFirst();
  return written !== undefined;
}

/** A person has answered. False where nobody was asked for. */
export async function answerHandoff(db: Queries, conversation: string): Promise<boolean> {
  const found = await db
    .updateTable('handoff')
    .set({ answered_at: sql<Date>`now()` })
    .where('conversation', '=', conversation)
    .returning('conversation')
    .executeTakeFirst();
  return found !== undefined;
}

/** Whether a person was asked for in this conversation. */
export async function hasHandoff(db: Queries, conversation: string): Promise<boolean> {
  const row = await db
    .selectFrom('handoff')
    .select('conversation')
    .where('conversation', '=', conversation)
    .executeTakeFirst();
  return row !== undefined;
}

/** Every conversation that was given to a person, those that still wait first. */
export async function inbox(db: Queries): Promise<Handoff[]> {
  const rows = await db
    .selectFrom('handoff')
    .selectAll()
    .orderBy(sql`answered_at is not null`)
    .orderBy('asked_at')
    .execute();
  return Promise.all(
    rows.map(async (row) => ({
      conversation: row.conversation,
      askedAt: row.asked_at,
      answeredAt: row.answered_at,
      messages: await thread(db, row.conversation),
    })),
  );
}

/** Writes an order, or finds it under the same name; the first one stands. */
export async function placeOrder(
  db: Queries,
  order: { readonly id: string; readonly visitor: string; readonly pack: string },
): Promise<{ readonly visitor: string; readonly pack: string }> {
  await db
    .insertInto('purchase_order')
    .values(order)
    .onConflict((clash) => clash.doNothing())
    .execute();
  return db
    .selectFrom('purchase_order')
    .select(['visitor', 'pack'])
    .where('id', '=', order.id)
    .executeTakeFirstOrThrow();
}

function messageOf(row: Selectable<Tables['message']>): Message {
  return {
    id: row.id,
    from: row.from,
    author: row.author,
    text: row.text,
    sources: JSON.parse(row.sources),
    charge: row.charge === null ? null : JSON.parse(row.charge),
    at: row.at,
  };
}
