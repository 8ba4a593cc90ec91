import type { WireProfile } from '../crm/account.ts';
import type { KindName } from '../crm/entity.ts';
import type { StreamedRequest } from '../http/request.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { encode } from './hal.ts';
import { importBatch, inBatches, type Result, readAhead, refreshActor } from './import-batch.ts';
import { isRefusal, parseItem, withoutIds } from './import-items.ts';
import { Problems, readFlag } from './input.ts';
import { wordsOf } from './list-query.ts';
import { decoderOf, type Line, readLines } from './ndjson.ts';
import type { ImportedJson, ImportLineJson } from './wire.ts';

interface Importing {
  readonly wire: Wire;
  readonly kind: KindName;
  readonly request: StreamedRequest;
  readonly profile: WireProfile;
  /** The ids in the items are of another account. */
  readonly isNew: boolean;
  /** Whether what was written is told by its id, too. */
  readonly withIds: boolean;
}

/**
 * POST /api/kontora/import/<kind>: an item a line, as many as there are. Answers while it reads, with a line for each item that was
 * refused and one for each batch, which is then written for good; the last one says that it is the end.
 */
export async function postImport(
  wire: Wire,
  kind: KindName,
  request: StreamedRequest,
): Promise<AsyncIterable<Uint8Array>> {
  const { actor, query, headers } = request;
  const problems = new Problems();
  const isNew = readFlag(query['new'], 'new', problems) ?? false;
  problems.throwAny();
  if (/^multipart\//i.test(headers['content-type'] ?? '') || !isPlain(headers['content-encoding'])) {
    throw new WireError(400, 400, 'Тело — строки JSON как есть: не форма и не сжатые данные');
  }
  const profile = profileOf(actor.account, wire.profile);
  return importLines({ wire, kind, request, profile, isNew, withIds: wordsOf(query['with']).has('ids') });
}

function isPlain(encoding: string | undefined): boolean {
  return encoding === undefined || /^\s*(identity)?\s*$/i.test(encoding);
}

async function* importLines(importing: Importing): AsyncGenerator<Uint8Array> {
  const { request, profile } = importing;
  const done = { line: 0, added: 0, updated: 0, refused: 0 };
  const bytesOf = (lines: readonly (ImportLineJson | ImportedJson)[]) =>
    Buffer.from(lines.map((line) => `${encode(line, profile)}\n`).join(''));
  for await (const batch of readAhead(inBatches(readLines(request.body, { decode: decoderOf('utf-8') })))) {
    const results = await save(importing, batch);
    const told = results.flatMap((result, index) => tell(importing, batch[index]!, result));
    const refused = results.filter(isRefusal).length;
    const added = results.filter((result) => !isRefusal(result) && result.isNew).length;
    done.line = batch.at(-1)!.number;
    done.added += added;
    done.updated += results.length - added - refused;
    done.refused += refused;
    yield bytesOf([...told, done]);
  }
  yield bytesOf([{ ...done, end: true }]);
}

async function save({ wire, kind, request, isNew }: Importing, batch: readonly Line[]): Promise<Result[]> {
  const { store } = wire;
  const items = batch.map((line) => {
    const item = parseItem(line);
    return isNew && !isRefusal(item) ? withoutIds(item) : item;
  });
  const actor = await refreshActor(store, request.actor);
  return importBatch({ store, actor, kind, now: request.clock() }, items);
}

function tell({ withIds }: Importing, { number: line }: Line, result: Result): ImportLineJson[] {
  if (!isRefusal(result)) return withIds ? [{ line, id: result.id }] : [];
  const { refused: error, code } = result;
  return [{ line, error, ...(code !== undefined && { code }) }];
}
