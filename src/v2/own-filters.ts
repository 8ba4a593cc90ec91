import type { CustomField } from '../crm/custom-field.ts';
import type { KindName } from '../crm/entity.ts';
import { BadValue, dateTypes, fieldTypes, listTypes } from '../crm/field-type.ts';
import type { FieldFilter, TagKeys } from '../crm/store.ts';
import { foldTagName } from '../crm/tag.ts';
import { isStorable } from '../crm/text.ts';
import type { Limits } from '../http/limits.ts';
import { WireError } from './errors.ts';
import { isBlank, isObject, piecesOf, toInteger, toList } from './input.ts';

// Filters that amoCRM's lists have not: by tag and by custom field.

/** filter[tag]: names or ids, `опт,5`, or a list: records with any of them. */
export function readTagFilter(value: unknown, limits: Limits): TagKeys | undefined {
  const path = 'filter[tag]';
  const texts = textsOf(piecesOf(listOf(value, path), limits.ids) ?? refuseMore(limits.ids, path), path, limits);
  if (texts.length === 0) return undefined;
  return { ids: texts.flatMap((text) => toInteger(text) ?? []), folded: [...new Set(texts.map(foldTagName))] };
}

interface Among {
  readonly kind: KindName;
  readonly fields: ReadonlyMap<number, CustomField>;
  readonly timezone: string;
}

const numeric = 2;
const checkbox = 3;
const multiple = 5;

/** Of all fields together: no index knows them, so that each value is looked for in each record. */
const mostFieldValues = 100;

/** filter[custom_fields][ID]: a value, several with commas, or a list: records that have one of them. */
export function readFieldFilters(value: unknown, among: Among, limits: Limits): FieldFilter[] | undefined {
  if (isBlank(value)) return undefined;
  const all = 'filter[custom_fields]';
  if (!isObject(value)) throw new WireError(400, 400, `${all} — по id полей`);
  let rest = mostFieldValues;
  const given = Object.entries(value).map(([key, one]) => {
    const path = `${all}[${key.slice(0, 20)}]`;
    const pieces = isBlank(one) ? [] : (piecesOf(listOf(one, path), rest) ?? refuseMore(mostFieldValues, all));
    rest -= pieces.length;
    return { key, path, pieces };
  });
  const filters = given.flatMap(({ key, path, pieces }): FieldFilter[] => {
    const texts = textsOf(pieces, path, limits);
    if (texts.length === 0) return [];
    const field = among.fields.get(toInteger(key) ?? 0);
    if (!field?.kinds.includes(among.kind)) throw new WireError(400, 204, `Дополнительное поле не найдено (${path})`);
    return [readFieldFilter(field, texts, path, among.timezone)];
  });
  return filters.length === 0 ? undefined : filters;
}

function readFieldFilter(field: CustomField, texts: readonly string[], path: string, timezone: string): FieldFilter {
  const { type } = field;
  if (!listTypes.has(type) && !dateTypes.has(type) && type !== numeric && type !== checkbox) {
    throw new WireError(400, 400, `Поля этого типа ищут через query (${path})`);
  }
  try {
    const anyOf = texts.flatMap((text) => fieldTypes.get(type)!.read([{ value: text }], field, timezone));
    return { fieldId: field.id, anyOf, isAlone: type !== multiple };
  } catch (error) {
    if (error instanceof BadValue) throw new WireError(400, 203, `Значение не подходит полю (${path})`);
    throw error;
  }
}

/** A text, or a list of texts. @throws WireError 400 */
function listOf(value: unknown, path: string): readonly string[] {
  const list = typeof value === 'string' ? [value] : toList(value);
  if (list?.every((text) => typeof text === 'string')) return list;
  throw new WireError(400, 400, `${path} — строка или список`);
}

function refuseMore(most: number, path: string): never {
  throw new WireError(400, 400, `Больше ${most} значений (${path})`);
}

/** Each once, without blanks. @throws WireError 400 */
function textsOf(pieces: readonly string[], path: string, { name }: Limits): string[] {
  const texts = [...new Set(pieces.map((piece) => piece.trim()))].filter((text) => text !== '');
  if (texts.some((text) => text.length > name || !isStorable(text))) throw new WireError(400, 400, `${path}: не текст`);
  return texts;
}
