import type { Account, Actor } from '../crm/account.ts';
import { foldLogin } from '../crm/account.ts';
import { CrmError } from '../crm/errors.ts';
import { type Failures, type ReadTx, type Session, type Store, StoreFailed, type WriteTx } from '../crm/store.ts';
import { maxLogin } from '../crm/users.ts';
import type { Tree } from './brackets.ts';
import { networkOf } from './client-address.ts';
import { type FoundUser, findAllCredentials, findUsers, type Judged, judgePassword } from './credentials.ts';
import { findTokenAccount, hashToken, newToken } from './keys.ts';
import { hashPassword } from './passwords.ts';
import type { Request, RequestHead } from './request.ts';

/** Seconds that a session lives after its last request. doc: auth, 15 minutes */
const sessionSeconds = 15 * 60;
/** A session is prolonged at most once in so many seconds. */
const prolongSeconds = 60;
const maxFailures = 20;
/** A longer one is nobody's. */
const maxKey = 1024;
const failureSeconds = 15 * 60;
/** Bound on the sessions that are remembered in memory. */
const maxRemembered = 10_000;
/** Characters by which a sender is remembered: whoever sends more, in the name of a host or a login, is looked up each time. */
const maxKnownKey = 512;

export interface SignedIn {
  readonly actor: Actor;
  /** The session's token, when the client should (again) be told it. */
  readonly sessionId?: string;
  /** By the cookie alone: a browser sends that with requests of any page. */
  readonly byCookie?: boolean;
}

interface Given {
  readonly sessionId: string;
  readonly session: Session;
}

/** Who sends a request, and until when (unix seconds) that needs no look at the database, unless something is written there. */
interface Known extends SignedIn {
  readonly until: number;
}

export interface Credentials {
  readonly login: string;
  readonly key: string;
}

export interface PasswordCredentials {
  readonly login: string;
  /** Or the key, in its place. */
  readonly password: string;
}

/** The credentials that a query or body holds, under either of their names. doc: auth; incoming leads */
export function findCredentials(tree: Tree): Credentials | undefined {
  const login = tree['USER_LOGIN'] ?? tree['login'];
  const key = tree['USER_HASH'] ?? tree['api_key'];
  return typeof login === 'string' && typeof key === 'string' ? { login, key } : undefined;
}

/** What signing in writes, and setting a password: plain values, so that another thread can do it. */
export interface SessionWrites {
  /** Those that are over by now go. */
  addSession(account: number, session: Session & { readonly hash: string }, now: number): Promise<void>;
  extendSession(account: number, hash: string, expiresAt: number): Promise<void>;
  /** @returns whether there was room for it in any of the accounts; else all are locked */
  addFailure(accounts: readonly number[], failureKey: string, now: number): Promise<boolean>;
  removeFailures(account: number, failureKey: string): Promise<void>;
  /** The sessions of the user end; `but`: the hash of one that goes on. */
  setPassword(account: number, userId: number, passwordHash: string, but?: string): Promise<void>;
  /** Sets the password of the user whose link has this hash, once. @returns false: it is over, and nothing was set */
  usePasswordLink(account: number, hash: string, passwordHash: string, now: number): Promise<boolean>;
}

export function sessionWrites(store: Store): SessionWrites {
  return {
    addSession: (account, session, now) =>
      store.write(async (tx) => {
        await tx.removeExpiredSessions(account, now);
        await tx.addSession(account, session);
      }),
    extendSession: (account, hash, expiresAt) => store.write((tx) => tx.extendSession(account, hash, expiresAt)),
    async addFailure(accounts, failureKey, now) {
      let isCounted = false;
      // Accounts may be on different machines: docs/adr/0003.
      for (const account of accounts) {
        const count = await store.write((tx) => addFailure(tx, account, failureKey, now));
        isCounted ||= count <= maxFailures;
      }
      return isCounted;
    },
    removeFailures: (account, failureKey) => store.write((tx) => tx.removeFailures(account, failureKey)),
    setPassword: (account, userId, passwordHash, but) =>
      store.write((tx) => tx.setPassword(account, userId, passwordHash, but)),
    usePasswordLink: (account, hash, passwordHash, now) =>
      store.write(async (tx) => {
        const link = await tx.findPasswordLink(account, hash);
        if (link === undefined || link.expiresAt <= now) return false;
        await tx.setPassword(account, link.userId, passwordHash);
        return true;
      }),
  };
}

/** Finds out who sends a request: by key in the query, by bearer token or by session cookie. */
export class SignIn {
  readonly #store: Store;
  readonly #writes: SessionWrites;
  /** Session ids given to clients that send their key with every request, by account, user and key. */
  readonly #given = new Map<string, string>();
  /** Who has sent which credentials since the database became what it is. */
  readonly #known = new Map<string, Known>();
  #state: number | undefined;

  constructor(store: Store, writes: SessionWrites = sessionWrites(store)) {
    this.#store = store;
    this.#writes = writes;
  }

  /** @throws CrmError wrong_credentials, too_many_failures, user_inactive, account_not_found, ip_not_allowed */
  async authenticate(request: Request): Promise<SignedIn> {
    const state = this.#store.atOnce?.read((reads) => reads.state());
    const known = await this.#find(request);
    if (state === undefined) return known;
    this.#forgetAllBut(state);
    const key = findKnownKey(request);
    if (key !== undefined) remember(this.#known, ofItsOwn(key), known);
    return known;
  }

  /**
   * What `authenticate` would give, if that is known without looking: exact, since whatever is committed by anybody is another
   * state (crm/store.ts, AtOnceReads), in which it is looked up again. Undefined: it has to be looked up.
   */
  recall(request: RequestHead, state: number): SignedIn | undefined {
    this.#forgetAllBut(state);
    const key = findKnownKey(request);
    const known = key === undefined ? undefined : this.#known.get(key);
    return known && request.now < known.until ? known : undefined;
  }

  #forgetAllBut(state: number): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#known.clear();
  }

  async #find(request: Request): Promise<Known> {
    const credentials = findCredentials(request.query);
    if (credentials) return this.#byKey(request, credentials);
    const bearer = findBearer(request);
    if (bearer !== undefined) return this.#byToken(request, bearer);
    const cookie = findSessionId(request);
    if (cookie !== undefined) return this.#bySession(request, cookie);
    throw new CrmError('wrong_credentials');
  }

  /** Who is signed in in a browser, and by which session; undefined: nobody who may. On a page nothing but the cookie counts. */
  async findByCookie(request: Request): Promise<{ actor: Actor; sessionId: string } | undefined> {
    const sessionId = findSessionId(request);
    if (sessionId === undefined) return undefined;
    try {
      const { actor } = await this.#bySession(request, sessionId);
      return { actor, sessionId };
    } catch (error) {
      if (error instanceof CrmError) return undefined;
      throw error;
    }
  }

  /** Checks a login and key and gives a session, a new one: nobody else can have known it before. @throws as authenticate */
  async signIn(request: Request, credentials: Credentials): Promise<{ actor: Actor; sessionId: string }> {
    const { actor } = await this.check(request, credentials);
    return { actor, sessionId: await this.#addSession(actor, request.now) };
  }

  /** The same with a password. */
  async signInByPassword(
    request: Request,
    credentials: PasswordCredentials,
  ): Promise<{ actor: Actor; sessionId: string }> {
    const actor = await this.checkPassword(request, credentials);
    return { actor, sessionId: await this.#addSession(actor, request.now) };
  }

  /** As signIn, but a client that sends its key with every request has the session that it had. */
  async #byKey(request: Request, credentials: Credentials): Promise<Known> {
    const { now } = request;
    const { actor, given } = await this.check(request, credentials);
    if (given) {
      const { sessionId, session } = given;
      const until = await unlessFailed(this.#prolong(actor.account.id, sessionId, session, now), now);
      return { actor, sessionId, until };
    }
    const sessionId = await unlessFailed(this.#addSession(actor, now), undefined);
    if (sessionId === undefined) return { actor, until: now };
    remember(this.#given, givenKeyOf(actor, credentials.key), sessionId);
    return { actor, sessionId, until: now + prolongSeconds };
  }

  /** Checks a login and key. @returns whose they are, and the session that was given for them before @throws as authenticate */
  async check(request: Request, { login, key }: Credentials): Promise<{ actor: Actor; given: Given | undefined }> {
    if (login.length > maxLogin || key.length > maxKey) throw new CrmError('wrong_credentials');
    return this.#counting(request, foldLogin(login), undefined, (trying) =>
      this.#store.read(async (tx) => {
        const right = await findUsers(tx, await trying.begin(tx), foldLogin(login), key);
        // Keys are made by the server: by one that is right in an account nobody can try whether it is right in another.
        const actor = await trying.findActor(tx, { right, wrong: [] });
        return { actor, given: await this.#findGiven(tx, actor, key, request.now) };
      }),
    );
  }

  /** The same for a password; `only`: the account in which it has to be right. @throws as authenticate, HttpError 503 */
  checkPassword(request: Request, { login, password }: PasswordCredentials, only?: number): Promise<Actor> {
    if (login.length > maxLogin || password.length > maxKey) throw new CrmError('wrong_credentials');
    return this.#counting(request, foldLogin(login), only, async (trying) => {
      const known = await this.#store.read(async (tx) =>
        findAllCredentials(tx, await trying.begin(tx), foldLogin(login)),
      );
      const judged = await judgePassword(known, password, request.ip);
      return this.#store.read(async (tx) => {
        // Others may have been tried while this one was being looked at.
        const accounts = await trying.begin(tx);
        const isOpen = ({ account }: FoundUser) => accounts.includes(account);
        return trying.findActor(tx, { right: judged.right.filter(isOpen), wrong: judged.wrong.filter(isOpen) });
      });
    });
  }

  /** Sets one's own password. `but`: the hash of the session that goes on. @throws HttpError 503 */
  async setPassword(request: Request, { account, user }: Actor, password: string, but?: string): Promise<void> {
    await this.#writes.setPassword(account.id, user.id, await hashPassword(password, request.ip), but);
  }

  /** Sets the password of the user whose link has this hash. @throws CrmError password_link_over, HttpError 503 */
  async usePasswordLink(request: Request, account: number, hash: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password, request.ip);
    const isUsed = await this.#writes.usePasswordLink(account, hash, passwordHash, request.now);
    if (!isUsed) throw new CrmError('password_link_over');
  }

  /**
   * Tries to sign somebody in: failures are counted in each account of the login, and an account with too many of them is not tried.
   * Whoever is right in one account has what was counted there forgotten, and nothing else: he may be its administrator, who has given the
   * login of somebody else to a user of his own. `only`: in this account alone.
   */
  async #counting<T>(
    request: Request,
    login: string,
    only: number | undefined,
    work: (trying: Trying) => Promise<T>,
  ): Promise<T> {
    const { now } = request;
    // By address as well: nobody can lock out others than himself.
    const failureKey = hashToken(`${networkOf(request.ip)} ${login}`);
    let tried: readonly number[] = [];
    let failedBefore: readonly number[] = [];
    let judged: Judged = { right: [], wrong: [] };
    const trying: Trying = {
      async begin(tx) {
        const all = await tx.accountsOfLogin(login);
        const accounts = only === undefined ? all : all.filter((account) => account === only);
        const counting = await findCountingAccounts(tx, accounts);
        const failures = await Promise.all(counting.map((account) => tx.findFailures(account, failureKey)));
        tried = counting.filter((_, index) => !isLocked(failures[index], now));
        if (tried.length === 0 && counting.length > 0) throw new CrmError('too_many_failures');
        failedBefore = counting.filter((_, index) => failures[index] !== undefined);
        return accounts.filter((account) => tried.includes(account));
      },
      findActor(tx, found) {
        judged = found;
        return findActorAmong(tx, request, found.right);
      },
    };
    try {
      const result = await work(trying);
      const cleared = judged.right.filter(({ account }) => failedBefore.includes(account));
      for (const { account } of cleared) {
        await unlessFailed(this.#writes.removeFailures(account, failureKey), undefined);
      }
      await this.#addFailure(
        judged.wrong.map(({ account }) => account),
        failureKey,
        now,
      );
      return result;
    } catch (error) {
      const isWrong = error instanceof CrmError && error.reason === 'wrong_credentials';
      const failed = isWrong ? tried : judged.wrong.map(({ account }) => account);
      const isCounted = await this.#addFailure(failed, failureKey, now);
      // Others that were tried at the same time have brought the lock.
      throw isWrong && !isCounted ? new CrmError('too_many_failures') : error;
    }
  }

  /** @returns false: all of these accounts had been locked meanwhile */
  async #addFailure(accounts: readonly number[], failureKey: string, now: number): Promise<boolean> {
    return accounts.length === 0 || this.#writes.addFailure(accounts, failureKey, now);
  }

  /** The accounts in which these credentials work. */
  accountsOf({ login, key }: Credentials): Promise<Account[]> {
    return this.#store.read(async (tx) => {
      const folded = foldLogin(login);
      const users = await findUsers(tx, await tx.accountsOfLogin(folded), folded, key);
      const accounts = await Promise.all(users.map((user) => tx.findAccount(user.account)));
      return accounts.filter((account) => account !== undefined);
    });
  }

  /** The session that this process has given for this key, if it is not over. */
  async #findGiven(tx: ReadTx, actor: Actor, key: string, now: number): Promise<Given | undefined> {
    const sessionId = this.#given.get(givenKeyOf(actor, key));
    const session = sessionId && (await findSession(tx, actor.account.id, sessionId, now));
    return sessionId && session ? { sessionId, session } : undefined;
  }

  async #addSession({ account, user }: Actor, now: number): Promise<string> {
    const sessionId = newToken(account.id);
    const session = { hash: hashToken(sessionId), userId: user.id, expiresAt: now + sessionSeconds };
    await this.#writes.addSession(account.id, session, now);
    return sessionId;
  }

  /** Gives it a new quarter of an hour. @returns when to do so again */
  async #prolong(account: number, sessionId: string, session: Session, now: number): Promise<number> {
    const expiresAt = now + sessionSeconds;
    if (expiresAt - session.expiresAt < prolongSeconds) return session.expiresAt - sessionSeconds + prolongSeconds;
    await this.#writes.extendSession(account, hashToken(sessionId), expiresAt);
    return now + prolongSeconds;
  }

  async #bySession(request: Request, sessionId: string): Promise<Known> {
    const account = findTokenAccount(sessionId);
    if (account === undefined) throw new CrmError('wrong_credentials');
    const { actor, session } = await this.#store.read(async (tx) => {
      const session = await findSession(tx, account, sessionId, request.now);
      if (session === undefined) throw new CrmError('wrong_credentials');
      return { session, actor: await getActor(tx, request, account, session.userId) };
    });
    const { now } = request;
    return { actor, byCookie: true, until: await unlessFailed(this.#prolong(account, sessionId, session, now), now) };
  }

  #byToken(request: Request, bearer: string): Promise<Known> {
    return this.#store.read(async (tx) => {
      const account = findTokenAccount(bearer);
      const token = account === undefined ? undefined : await tx.findToken(account, hashToken(bearer));
      const isOver = token !== undefined && token.expiresAt !== null && token.expiresAt <= request.now;
      if (account === undefined || token === undefined || isOver) throw new CrmError('wrong_credentials');
      const actor = await getActor(tx, request, account, token.userId);
      return { actor, until: token.expiresAt ?? Number.POSITIVE_INFINITY };
    });
  }
}

/** Who may read goes on reading where nothing can be written: without a new session, or one that lasts longer. */
async function unlessFailed<T, Instead>(writing: Promise<T>, instead: Instead): Promise<T | Instead> {
  try {
    return await writing;
  } catch (error) {
    if (error instanceof StoreFailed) return instead;
    throw error;
  }
}

/** A session that is not over. */
async function findSession(tx: ReadTx, account: number, sessionId: string, now: number): Promise<Session | undefined> {
  const session = await tx.findSession(account, hashToken(sessionId));
  return session && session.expiresAt > now ? session : undefined;
}

/**
 * All of a request that `authenticate` looks at, and nothing else of what a client sends; undefined: that is too long to be remembered.
 * The query's texts are told apart by a length; headers hold no line breaks.
 */
function findKnownKey(request: RequestHead): string | undefined {
  const { headers, ip, query } = request;
  const credentials = findCredentials(query);
  const shown = credentials
    ? `key ${credentials.login.length} ${credentials.login} ${credentials.key}`
    : shownInHeaders(request);
  const key = `${headers.host ?? ''}\n${ip}\n${shown}`;
  return key.length <= maxKnownKey ? key : undefined;
}

function shownInHeaders(request: RequestHead): string {
  const bearer = findBearer(request);
  return bearer === undefined ? `session ${findSessionId(request) ?? ''}` : `token ${bearer}`;
}

/** The same text in memory of its own: one that was cut out of a header keeps the whole header. */
function ofItsOwn(text: string): string {
  return Buffer.from(text).toString();
}

function givenKeyOf({ account, user }: Actor, key: string): string {
  return `${account.id} ${user.id} ${hashToken(key)}`;
}

function findBearer({ headers }: RequestHead): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** The session that a request names, which may be over. Some clients return whole Set-Cookie lines joined by commas. clients-send: amocrm-js 1.x */
export function findSessionId({ headers }: RequestHead): string | undefined {
  return /(?:^|[;,\s])session_id=([^;,\s]+)/.exec(headers.cookie ?? '')?.[1];
}

/**
 * Where the failures of a login are counted, given its accounts: in each of them. Those of a login that nobody has are counted in the
 * first account of all, whatever account the request’s address names: spread over several names they would last longer than those of a
 * known login, and so tell which logins there are.
 */
async function findCountingAccounts(tx: ReadTx, accounts: readonly number[]): Promise<readonly number[]> {
  if (accounts.length > 0) return accounts;
  const first = await tx.firstAccount();
  return first === undefined ? [] : [first];
}

function isLocked(failures: Failures | undefined, now: number): boolean {
  return failures !== undefined && failures.until > now && failures.count >= maxFailures;
}

/** @returns how many there are now */
async function addFailure(tx: WriteTx, account: number, failureKey: string, now: number): Promise<number> {
  await tx.removeExpiredFailures(account, now);
  return tx.addFailure(account, failureKey, now, now + failureSeconds);
}

interface Trying {
  /** The accounts of the login that are not locked. @throws CrmError too_many_failures: all are */
  begin(tx: ReadTx): Promise<number[]>;
  /** Whoever of those for whom it is right may come in. @throws CrmError */
  findActor(tx: ReadTx, judged: Judged): Promise<Actor>;
}

/** Whoever of these may come in. */
async function findActorAmong(tx: ReadTx, request: Request, users: readonly FoundUser[]): Promise<Actor> {
  const named = await findNamedAccount(tx, request);
  if (users.length === 0) throw new CrmError('wrong_credentials');
  let refusal = new CrmError('user_inactive');
  for (const { account, userId } of users.filter((user) => named === undefined || user.account === named.id)) {
    try {
      return await findActor(tx, request, named, account, userId);
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** From where a request came, and under which name of the server. */
type Sender = Pick<RequestHead, 'headers' | 'ip'>;

/** A user of an account, unless he is switched off or the request's address names another account. @throws CrmError */
export async function getActor(tx: ReadTx, request: Sender, accountId: number, userId: number): Promise<Actor> {
  return findActor(tx, request, await findNamedAccount(tx, request), accountId, userId);
}

async function findActor(
  tx: ReadTx,
  request: Sender,
  named: Account | undefined,
  accountId: number,
  userId: number,
): Promise<Actor> {
  const account = await tx.findAccount(accountId);
  if (account === undefined || (named && named.id !== accountId)) throw new CrmError('wrong_credentials');
  if (account.allowedIps && !account.allowedIps.includes(request.ip)) throw new CrmError('ip_not_allowed');
  const settings = await tx.settings(accountId);
  const user = settings.users.get(userId);
  if (!user?.isActive) throw new CrmError('user_inactive');
  return { account, user, settings };
}

/**
 * The account that the first label of the Host header names. Under any other name or number (localhost, a server's own name)
 * the credentials tell; only of amoCRM's own names is an unknown label an error.
 */
async function findNamedAccount(tx: ReadTx, request: Pick<Sender, 'headers'>): Promise<Account | undefined> {
  const host = (request.headers.host ?? '').toLowerCase();
  const [label, ...rest] = host.replace(/:\d+$/, '').split('.');
  const account = label ? await tx.findAccountBySubdomain(label) : undefined;
  if (account === undefined && /^amocrm\.(ru|com)$/.test(rest.join('.'))) throw new CrmError('account_not_found');
  return account;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxRemembered) map.delete(map.keys().next().value!);
}
