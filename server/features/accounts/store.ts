// The SQL of accounts and sessions.

import { and, desc, eq, gt, inArray, lt, ne } from 'drizzle-orm';
import type { SessionId, UserId } from '../../../shared/ids.ts';
import { SESSIONS_PER_USER_MAX } from '../../../shared/limits.ts';
import type { Database, Db } from '../../db/client.ts';
import { uniqueViolation } from '../../db/failures.ts';
import { sessions, users } from '../../db/schema.ts';
import { AppError } from '../../lib/app-error.ts';

export type { Database } from '../../db/client.ts';
export type UserRow = typeof users.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;
export type Profile = Pick<UserRow, 'id' | 'name' | 'displayName' | 'locale'>;
/** A session and whose it is. */
export type FoundSession = Pick<SessionRow, 'id' | 'expiresAt' | 'lastSeenAt'> & { readonly user: Profile };

type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0];

const profile = { id: users.id, name: users.name, displayName: users.displayName, locale: users.locale };
const idsOf = (rows: readonly { id: SessionId }[]): SessionId[] => rows.map((row) => row.id);

/** What a login has found right, to be true still when the session begins. */
export type Checked = { readonly passwordHash: string; readonly newHash: string | null };

/** Null if the password was changed since it was checked; else the ids of the oldest sessions, ended for being too many. */
const addSession = async (tx: Transaction, session: SessionRow, checked: Checked): Promise<SessionId[] | null> => {
  const isChecked = and(eq(users.id, session.userId), eq(users.passwordHash, checked.passwordHash));
  // The lock makes logins of one account queue up, behind each other and behind a change of the password.
  const [user] = await tx.select({ id: users.id }).from(users).where(isChecked).for('update');
  if (!user) return null;
  if (checked.newHash !== null) await tx.update(users).set({ passwordHash: checked.newHash }).where(eq(users.id, user.id));
  const tooMany = tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, user.id))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .offset(SESSIONS_PER_USER_MAX - 1);
  const ended = await tx.delete(sessions).where(inArray(sessions.id, tooMany)).returning({ id: sessions.id });
  await tx.insert(sessions).values(session);
  return idsOf(ended);
};

const ofUsers = (database: Database) => ({
  /** Throws `name_taken`. */
  register: (user: UserRow, session: SessionRow): Promise<void> =>
    database
      .run((db) =>
        db.transaction(async (tx) => {
          await tx.insert(users).values(user);
          await tx.insert(sessions).values(session);
        }),
      )
      .catch((error: unknown) => {
        throw uniqueViolation(error) === 'users_name_key_unique' ? new AppError('name_taken', 'name_taken', { cause: error }) : error;
      }),
  findByKey: async (nameKey: string): Promise<UserRow | null> =>
    (await database.run((db) => db.select().from(users).where(eq(users.nameKey, nameKey)))).at(0) ?? null,
  findById: async (id: UserId): Promise<UserRow | null> =>
    (await database.run((db) => db.select().from(users).where(eq(users.id, id)))).at(0) ?? null,
  findProfile: async (id: UserId): Promise<Profile | null> =>
    (await database.run((db) => db.select(profile).from(users).where(eq(users.id, id)))).at(0) ?? null,
  describe: async (id: UserId, fields: Partial<Pick<UserRow, 'displayName' | 'locale'>>): Promise<void> => {
    await database.run((db) => db.update(users).set(fields).where(eq(users.id, id)));
  },
});

const ofSessions = (database: Database) => ({
  addSession: (session: SessionRow, checked: Checked): Promise<SessionId[] | null> =>
    database.run((db) => db.transaction((tx) => addSession(tx, session, checked))),
  findSession: async (tokenHash: Uint8Array): Promise<FoundSession | null> => {
    const columns = { id: sessions.id, expiresAt: sessions.expiresAt, lastSeenAt: sessions.lastSeenAt, user: profile };
    const query = (db: Db) => db.select(columns).from(sessions).innerJoin(users, eq(users.id, sessions.userId)).where(eq(sessions.tokenHash, tokenHash));
    return (await database.run(query)).at(0) ?? null;
  },
  touchSession: async (id: SessionId, seen: Pick<SessionRow, 'lastSeenAt' | 'expiresAt'>): Promise<void> => {
    await database.run((db) => db.update(sessions).set(seen).where(eq(sessions.id, id)));
  },
  listSessions: (userId: UserId, nowMs: number): Promise<SessionRow[]> =>
    database.run((db) =>
      db
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, nowMs)))
        .orderBy(desc(sessions.lastSeenAt))
        .limit(SESSIONS_PER_USER_MAX),
    ),
  endSession: async (userId: UserId, id: SessionId): Promise<boolean> =>
    (await database.run((db) => db.delete(sessions).where(and(eq(sessions.id, id), eq(sessions.userId, userId))).returning({ id: sessions.id }))).length > 0,
  endExpired: async (nowMs: number): Promise<void> => {
    await database.run((db) => db.delete(sessions).where(lt(sessions.expiresAt, nowMs)));
  },
  isLoggedInFrom: async (nameKey: string, address: string): Promise<boolean> =>
    (
      await database.run((db) =>
        db
          .select({ id: sessions.id })
          .from(sessions)
          .innerJoin(users, eq(users.id, sessions.userId))
          .where(and(eq(users.nameKey, nameKey), eq(sessions.address, address)))
          .limit(1),
      )
    ).length > 0,
  /** All or nothing: no session survives a change of the password but the one it was changed from. */
  changePassword: (userId: UserId, passwordHash: string, keep: SessionId): Promise<SessionId[]> =>
    database.run((db) =>
      db.transaction(async (tx) => {
        await tx.update(users).set({ passwordHash }).where(eq(users.id, userId));
        return idsOf(await tx.delete(sessions).where(and(eq(sessions.userId, userId), ne(sessions.id, keep))).returning({ id: sessions.id }));
      }),
    ),
});

export const createAccountStore = (database: Database) => ({ ...ofUsers(database), ...ofSessions(database) });
export type AccountStore = ReturnType<typeof createAccountStore>;
