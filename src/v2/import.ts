import type { KindName } from '../crm/entity.ts';
import { isCompressed } from '../http/body.ts';
import type { Limits } from '../http/limits.ts';
import type { Answer, PartRequest, StreamedRequest } from '../http/request.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { encode, jsonAnswer } from './hal.ts';
import { importBatch, type Result, refreshActor } from './import-batch.ts';
import { parseItem } from './import-items.ts';
import { withoutIds } from './import-link.ts';
import { readParts } from './import-parts.ts';
import { isRefusal } from './import-row.ts';
import { Problems, readFlag } from './input.ts';
import { wordsOf } from './list-query.ts';
import { decoderOf, type Line, readLines } from './ndjson.ts';
import { readAhead } from './read-ahead.ts';
import type { ImportedJson, ImportLineJson } from './wire.ts';

/** What became of a part, its lines counted from 1: plain values, for it may be answered in another thread. */
interface ImportedPart {
  readonly told: readonly ImportLineJson[];
  readonly added: number;
  readonly updated: number;
  readonly refused: number;
}

/**
 * POST /api/kontora/import/<kind>: an item a line, as many as there are. Answers while it reads, with a line for each item that was
 * refused and one for each batch, which is then written for good; the last one says that it is the end.
 */
export async function postImport(wire: Wire, request: StreamedRequest): Promise<AsyncIterable<Uint8Array>> {
  const { headers } = request;
  readIsNew(request, wire.limits);
  if (/^multipart\//i.test(headers['content-type'] ?? '') || isCompressed(headers)) {
    throw new WireError(400, 400, 'Тело — строки JSON как есть: не форма и не сжатые данные');
  }
  return importParts(wire, request);
}

/** @throws WireError 400 */
function readIsNew({ query }: Pick<StreamedRequest, 'query'>, limits: Limits): boolean {
  const problems = new Problems(limits);
  const isNew = readFlag(query['new'], 'new', problems) ?? false;
  problems.throwAny();
  return isNew;
}

async function* importParts(wire: Wire, request: StreamedRequest): AsyncGenerator<Uint8Array> {
  const profile = profileOf(request.actor.account, wire.profile);
  const bytesOf = (lines: readonly (ImportLineJson | ImportedJson)[]) =>
    Buffer.from(lines.map((line) => `${encode(line, profile)}\n`).join(''));
  const done = { line: 0, added: 0, updated: 0, refused: 0 };
  for await (const { bytes, lines } of readAhead(readParts(request.stream))) {
    const { status, body } = await request.answerPart(bytes);
    if (status !== 200) {
      yield Buffer.concat([body, Buffer.from('\n')]);
      return;
    }
    const part = JSON.parse(body.toString()) as ImportedPart;
    const told = part.told.map((one) => ({ ...one, line: done.line + one.line }));
    done.line += lines;
    done.added += part.added;
    done.updated += part.updated;
    done.refused += part.refused;
    yield bytesOf([...told, done]);
  }
  yield bytesOf([{ ...done, end: true }]);
}

/** Saves a part of it in one transaction, or in a few where items are refused. */
export async function postImportPart(wire: Wire, kind: KindName, request: PartRequest): Promise<Answer> {
  const { store, limits } = wire;
  const isNew = readIsNew(request, limits);
  const withIds = wordsOf(request.query['with']).has('ids');
  const lines = await linesOf(request.part);
  const items = lines.map((line) => {
    const item = parseItem(line);
    return isNew && !isRefusal(item) ? withoutIds(item) : item;
  });
  const actor = await refreshActor(store, request.actor);
  const results = await importBatch({ store, actor, kind, limits, now: request.now }, items);
  const refused = results.filter(isRefusal).length;
  const added = results.filter((result) => !isRefusal(result) && result.isNew).length;
  const part: ImportedPart = {
    told: results.flatMap((result, index) => tell(lines[index]!, result, withIds)),
    ...{ added, updated: results.length - added - refused, refused },
  };
  return jsonAnswer(200, part, profileOf(actor.account, wire.profile));
}

const decode = decoderOf('utf-8');

async function linesOf(part: Uint8Array): Promise<Line[]> {
  async function* chunks() {
    yield part;
  }
  const lines: Line[] = [];
  for await (const some of readLines(chunks(), { decode })) for (const line of some) lines.push(line);
  return lines;
}

function tell({ number: line }: Line, result: Result, withIds: boolean): ImportLineJson[] {
  if (!isRefusal(result)) return withIds ? [{ line, id: result.id }] : [];
  const { refused: error, code } = result;
  return [{ line, error, ...(code !== undefined && { code }) }];
}
