import { gzipSync } from 'node:zlib';
import { encodeForm } from '../../src/http/form.ts';
import { Dice } from '../model/dice.ts';
import { type Random, randomOf } from '../storm/random.ts';
import { copy, mutateBytes, mutateText, mutateValue, textOf, withRaw } from './mutate.ts';
import type { Known } from './sample.ts';
import { type Draft, seeds } from './seeds.ts';
import { dates, headerLines, json, keys, methods, texts } from './words.ts';

export type Who = 'administrator' | 'restricted' | 'nobody';

/** How somebody is known: a line for the head, or pairs for the query. */
export interface Pass {
  readonly line?: string;
  readonly query?: string;
}

export type Passes = Readonly<Record<Who, readonly Pass[]>>;

/** How bytes go over the wire. Those of `ragged` may go unanswered. */
const transports = ['split', 'slow', 'chunked', 'old'] as const;
const ragged = ['half', 'pipelined', 'abort', 'longer', 'shorter', 'chunks', 'smuggled', 'garbage'] as const;
export type Transport = 'plain' | (typeof transports)[number] | (typeof ragged)[number];

/** A request as it is sent. */
export interface Shot {
  readonly number: number;
  readonly who: Who;
  readonly transport: Transport;
  readonly bytes: Buffer;
  /** Whether HTTP demands an answer to it. */
  readonly isWhole: boolean;
  readonly isHead: boolean;
}

/** Dice that always fall so for the n-th request of a seed. */
export class SeededDice extends Dice {
  readonly #random: Random;

  constructor(seed: number, number: number) {
    super([]);
    this.#random = randomOf(Math.imul(seed, 1_000_003) + number);
  }

  override next(): number {
    return this.#random.whole(1000);
  }
}

/** A request made by dice, of what is known. */
export function draw(dice: Dice, number: number, known: Known, passes: Passes): Shot {
  const special = dice.chance(0.03);
  const transport = special ? dice.pick(dice.chance(0.5) ? ragged : transports) : 'plain';
  const parts = compose(dice, known, passes);
  const { method, who } = parts;
  const bytes = transport === 'garbage' ? Buffer.from(texts.join(method)) : frame(transport, parts, dice);
  const isWhole = !(ragged as readonly string[]).includes(transport) && method !== 'CONNECT';
  return { number, who, transport, bytes, isWhole, isHead: method === 'HEAD' };
}

interface Parts {
  readonly who: Who;
  readonly method: string;
  readonly url: string;
  readonly lines: readonly string[];
  readonly body: Buffer;
}

function compose(dice: Dice, known: Known, passes: Passes): Parts {
  // What nobody has touched fills the database, and lets the rest find something.
  const wild = dice.chance(0.75);
  const often = (share: number) => wild && dice.chance(share);
  const draft = dice.pick(seeds)(dice, known);
  const anybody = dice.pick(['administrator', 'restricted', 'administrator', 'restricted', 'nobody'] as const);
  // The cookies are needed until the account is filled anew.
  const who = draft.path.endsWith('/sign-out') ? 'nobody' : anybody;
  const pass = dice.pick(passes[who]);
  const method = often(0.05) ? dice.pick(methods) : draft.method;
  const path = often(0.05) ? mutateText(draft.path, dice) : draft.path;
  const query = queryOf(draft, dice, often);
  const search = [pass.query, often(0.04) ? mutateText(query, dice) : query].filter(Boolean).join('&');
  const { body, type } = bodyOf(draft, dice, often, known);
  const encoding = often(0.01) ? 'gzip' : undefined;
  const lines = [
    ...(often(0.05) ? [`If-Modified-Since: ${dice.pick(dates)}`] : draft.headers),
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    ...(encoding ? [`Content-Encoding: ${encoding}`] : []),
    ...(pass.line === undefined ? [] : [pass.line]),
  ];
  const more = often(0.12) ? dice.some(headerLines, 2) : [];
  return {
    who,
    method,
    url: search === '' ? path : `${path}?${search}`,
    // The last of equal headers counts in few places: both orders are tried.
    lines: dice.chance(0.5) ? [...lines, ...more] : [...more, ...lines],
    body: encoding ? gzipSync(body) : body,
  };
}

type Often = (share: number) => boolean;

function queryOf({ query }: Draft, dice: Dice, often: Often): string {
  const pairs = [...query];
  if (often(0.1))
    pairs.push([dice.pick([...keys, 'filter[date_create][from]', 'id[]', 'with', 'id']), dice.pick(texts)]);
  if (often(0.05)) pairs.push(...pairs);
  if (often(0.002)) pairs.push(...Array.from({ length: 3000 }, (_, id) => ['id[]', String(id)] as const));
  return pairs
    .map(([name, value]) => {
      const odd = often(0.1) ? dice.pick(texts) : value;
      return `${often(0.5) ? name : encode(name)}=${encode(odd)}`;
    })
    .join('&');
}

/** As browsers do it; lone surrogates as what they stand for. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function bodyOf(draft: Draft, dice: Dice, often: Often, known: Known): { body: Buffer; type?: string } {
  const { path, spelling } = draft;
  if (draft.body === undefined)
    return { body: often(0.03) ? Buffer.from(dice.pick([...texts, ...json])) : Buffer.alloc(0) };
  const ids = known[(/companies|contacts|leads|customers|tasks/.exec(path)?.[0] ?? 'companies') as 'companies'];
  const times = often(0.7) ? 1 + dice.whole(3) : 0;
  const value = mutateValue(copy(draft.body), times, dice, ids);
  const { text, type } = spell(value, spelling);
  const changed = often(0.06) ? mutateText(text, dice, texts) : text;
  const bytes = Buffer.from(changed);
  const body = often(0.05) ? mutateBytes(bytes, dice) : bytes;
  if (!often(0.0005)) return { body, type };
  return { body: huge(dice), type };
}

/** Of the size that a server has to look at, and beyond. */
function huge(dice: Dice): Buffer {
  const size = dice.pick([100_000, 1_000_000, 8_000_000, 9_000_000]);
  const piece = dice.pick([
    '1,',
    '[',
    '{"a":',
    'x',
    '"",',
    '[],',
    '{},',
    'a=1&',
    'a[][]=1&',
    '{"id":1,"updated_at":1},',
    '\n',
  ]);
  const [head, tail] = dice.pick([
    ['{"add":[', '1]}'],
    ['', ''],
    ['{"update":[{"id":1,"updated_at":2000000000,"name":"', '"}]}'],
    ['{"add":[{"name":"x","custom_fields":[', ']}]}'],
  ] as const);
  return Buffer.from(`${head}${piece.repeat(size / piece.length)}${tail}`);
}

const boundary = '----fuzz';

function spell(value: unknown, spelling: Draft['spelling']): { text: string; type: string } {
  if (spelling === 'lines') {
    const lines = Array.isArray(value) ? value : [value];
    return {
      text: lines.map((line) => withRaw(JSON.stringify(line) ?? '', true)).join('\n'),
      type: 'application/x-ndjson',
    };
  }
  if (spelling === 'json' || value === null || typeof value !== 'object') {
    return { text: withRaw(JSON.stringify(value) ?? '', true), type: 'application/json' };
  }
  const form = encodeForm(wellFormed(value) as never);
  if (spelling === 'form') return { text: withRaw(form, false), type: 'application/x-www-form-urlencoded' };
  const parts = [...new URLSearchParams(form)].map(
    ([name, text]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${withRaw(text, false)}\r\n`,
  );
  return { text: `${parts.join('')}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` };
}

/** Percent-encoding knows no lone surrogates. */
function wellFormed(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return textOf(value ?? '').toWellFormed();
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key.toWellFormed(), wellFormed(part)]));
}

/** The bytes of a request, with what its transport does to their lengths. */
function frame(transport: Transport, { method, url, lines, body }: Parts, dice: Dice): Buffer {
  const head = (version: string, ...more: readonly string[]) => {
    const all = [`${method} ${url} HTTP/${version}`, 'Host: 127.0.0.1', ...lines, ...more];
    return Buffer.from(`${all.join('\r\n')}\r\n\r\n`);
  };
  const whole = (length: number) => Buffer.concat([head('1.1', `Content-Length: ${length}`), body]);
  switch (transport) {
    case 'chunked':
      return Buffer.concat([head('1.1', 'Transfer-Encoding: chunked'), chunks(body, 1 + dice.whole(200))]);
    case 'chunks':
      return Buffer.concat([head('1.1', 'Transfer-Encoding: chunked'), mutateBytes(chunks(body, 30), dice)]);
    case 'longer':
      return whole(body.length + 1 + dice.whole(9));
    case 'shorter':
      return whole(Math.max(0, body.length - 1 - dice.whole(9)));
    case 'smuggled':
      return Buffer.concat([
        head('1.1', `Content-Length: ${dice.whole(9)}`, 'Transfer-Encoding: chunked'),
        chunks(body, 50),
      ]);
    case 'pipelined':
      return Buffer.concat(Array.from({ length: 2 + dice.whole(8) }, () => whole(body.length)));
    case 'old':
      return Buffer.concat([head('1.0', `Content-Length: ${body.length}`), body]);
    default:
      return method === 'GET' && body.length === 0 ? head('1.1') : whole(body.length);
  }
}

function chunks(body: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < body.length; start += size) {
    const part = body.subarray(start, start + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
