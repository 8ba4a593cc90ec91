import { oneOf, placeFlags, readFlags, readWhole, text, UsageError, yes } from '../config.ts';
import type { Delivery, Webhook } from '../crm/webhook.ts';
import { newKey } from '../http/keys.ts';
import { getAccount, onData, type Work } from './place.ts';
import { now } from './start.ts';

const common = { ...placeFlags, account: text } as const;
const options = {
  list: common,
  log: { ...common, webhook: text, status: text },
  show: { ...common, id: text },
  redeliver: { ...common, id: text, failed: yes },
  sign: { ...common, id: text, off: yes },
} as const;

const shownDeliveries = 200;
/** Failed deliveries that are sent again at a time. */
const redelivered = 10_000;

type Flags = ReturnType<typeof readFlags>;

/** kontora webhooks list|log|show|redeliver|sign */
export async function webhooks([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the webhooks command', ['list', 'log', 'show', 'redeliver', 'sign'], which);
  const flags = readFlags(args, options[command]);
  await onData(flags, { list, log, show, redeliver, sign }[command](flags));
}

function list(flags: Flags): Work {
  return (store) =>
    store.read(async (tx) => {
      const [{ id: account }] = await getAccount(tx, flags);
      for (const { id, url, events, secret } of await tx.webhooks(account)) {
        console.log(`${id}  ${url}  ${events.join(',')}${secret === null ? '' : '  signed'}`);
      }
    });
}

/** The newest first. */
function log(flags: Flags): Work {
  const webhook = flags['webhook'] === undefined ? undefined : readId('--webhook', flags['webhook']);
  const wanted = flags['status'];
  const status = wanted === undefined ? undefined : oneOf('--status', ['pending', 'done', 'failed'], wanted);
  return (store) =>
    store.read(async (tx) => {
      const [{ id: account }] = await getAccount(tx, flags);
      for (const delivery of await tx.deliveries(account, { webhook, status }, shownDeliveries)) {
        console.log(line(delivery));
      }
    });
}

/** One delivery with its body and every attempt. */
function show(flags: Flags): Work {
  const id = readId('--id', flags['id']);
  return (store) =>
    store.read(async (tx) => {
      const [{ id: account }] = await getAccount(tx, flags);
      const [delivery] = await tx.deliveries(account, { ids: [id] }, 1);
      if (delivery === undefined) throw new UsageError(`there is no delivery ${id}`);
      console.log(line(delivery));
      for (const { at, code, error } of await tx.attemptsOf(account, id)) {
        console.log(`  ${time(at)}  ${code}  ${error}`.trimEnd());
      }
      if (delivery.body !== null) console.log(`\n${delivery.body}`);
    });
}

/** Once more, with the same body: one delivery, or all that have failed. */
function redeliver(flags: Flags): Work {
  const all = flags['failed'] !== undefined;
  if (all === (flags['id'] !== undefined)) throw new UsageError('webhooks redeliver needs --id or --failed');
  const ids = all ? undefined : [readId('--id', flags['id'])];
  return (store) =>
    store.write(async (tx) => {
      const [{ id: account }] = await getAccount(tx, flags);
      const filter = all ? ({ status: 'failed' } as const) : { ids };
      const found = await tx.deliveries(account, filter, redelivered);
      if (ids && found.length === 0) throw new UsageError(`there is no delivery ${ids[0]}`);
      await tx.redeliver(
        account,
        found.map((delivery) => delivery.id),
        now(),
      );
      console.log(`to be delivered again: ${found.length}`);
    });
}

/** From now on its deliveries are signed with a new key, or not any more. */
function sign(flags: Flags): Work {
  const id = readId('--id', flags['id']);
  return (store) =>
    store.write(async (tx) => {
      const [{ id: account }] = await getAccount(tx, flags);
      const webhook = (await tx.webhooks(account)).find((candidate: Webhook) => candidate.id === id);
      if (webhook === undefined) throw new UsageError(`there is no webhook ${id}`);
      const secret = flags['off'] === undefined ? newKey() : null;
      await tx.saveWebhook(account, { ...webhook, secret });
      console.log(secret === null ? 'not signed' : `secret  ${secret}`);
    });
}

function line({ id, webhookId, event, subjectId, status, attempts, createdAt }: Delivery): string {
  return `${id}  ${time(createdAt)}  webhook ${webhookId}  ${event} ${subjectId}  ${status}  attempts ${attempts}`;
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

function readId(name: string, value = ''): number {
  return readWhole(name, value, 1, Number.MAX_SAFE_INTEGER);
}
