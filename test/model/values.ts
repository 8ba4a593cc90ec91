import type { FieldDraft } from './batches.ts';
import type { Dice } from './dice.ts';
import type { Field, Stored } from './state.ts';
import { imagineName, imaginePhone } from './words.ts';

/** Values of fields in the forms that the wire takes, with what is stored of them. docs: companies, values; source: reference §4 */

export interface SaidValues {
  readonly json: readonly unknown[];
  readonly means: FieldDraft['means'];
}

/** Empties the field. */
const none: SaidValues = { json: [], means: [] };

export function imagineValues(dice: Dice, field: Field): SaidValues {
  if (dice.chance(0.1)) return dice.chance(0.5) ? none : { json: [{ value: '' }], means: [] };
  switch (field.type) {
    case 2:
      return imagineNumber(dice);
    case 3:
      return imagineFlag(dice);
    case 4:
    case 10:
      return imagineOptions(dice, field, 1);
    case 5:
      return imagineOptions(dice, field, 3);
    case 6:
    case 14:
      return imagineDate(dice);
    case 7:
      return imagineUrl(dice);
    case 8:
      return imaginePhones(dice, field);
    case 13:
      return imagineAddress(dice);
    case 15:
    case 17:
      return imagineCompound(dice);
    default: {
      const text = dice.chance(0.2) ? imaginePhone(dice) : imagineName(dice);
      return { json: [dice.chance(0.1) ? text : { value: text }], means: [{ value: text }] };
    }
  }
}

function one(json: unknown, value: string): SaidValues {
  return { json: [json], means: [{ value }] };
}

const wrong = (value: unknown): SaidValues => ({ json: [{ value }], means: 'wrong' });

function imagineNumber(dice: Dice): SaidValues {
  if (dice.chance(0.04)) return wrong('12 попугаев');
  if (dice.chance(0.3)) return one({ value: '-1,5' }, '-1,5');
  const number = dice.next();
  return one({ value: dice.chance(0.5) ? String(number) : number }, String(number));
}

function imagineFlag(dice: Dice): SaidValues {
  if (dice.chance(0.04)) return wrong('может быть');
  const isSet = dice.chance(0.5);
  return one({ value: dice.pick([Number(isSet), String(Number(isSet)), isSet]) }, isSet ? '1' : '0');
}

function imagineOptions(dice: Dice, { options }: Field, most: number): SaidValues {
  if (dice.chance(0.04)) return wrong(888_888);
  const chosen = most === 1 ? [dice.pick(options)] : dice.some(options, most);
  const json = chosen.map(({ id, value }) =>
    dice.pick<unknown>([{ value: id }, String(id), id, { value, enum: String(id) }]),
  );
  return { json, means: chosen.map(({ id }) => ({ option: id })) };
}

/** In the account's time zone, Europe/Moscow. */
function imagineDate(dice: Dice): SaidValues {
  if (dice.chance(0.04)) return wrong('31.02.2017');
  const day = String(10 + dice.whole(15));
  const midnight = `2017-10-${day} 00:00:00`;
  return dice.pick([
    one({ value: `2017-10-${day}` }, midnight),
    one({ value: `${day}.10.2017` }, midnight),
    one({ value: `2017/10/${day}` }, midnight),
    one({ value: midnight }, midnight),
    one({ value: `2017-10-${day} 15:04:05` }, `2017-10-${day} 15:04:05`),
    one({ value: String(Date.UTC(2017, 9, Number(day), 9) / 1000) }, `2017-10-${day} 12:00:00`),
  ]);
}

function imagineUrl(dice: Dice): SaidValues {
  const name = `site${dice.whole(9)}.example`;
  return dice.chance(0.5)
    ? one({ value: `https://${name}` }, `https://${name}`)
    : one({ value: name }, `http://${name}`);
}

/** The option by its code, number or not at all; an unknown one is the first. */
function imaginePhones(dice: Dice, { code, options }: Field): SaidValues {
  const count = 1 + dice.whole(2);
  const said = Array.from({ length: count }, () => {
    const value = code === 'EMAIL' ? `a${dice.whole(9)}@Example.com` : imaginePhone(dice);
    if (options.length === 0) return { json: { value, enum: 'WORK' }, means: { value } };
    const option = dice.pick(options);
    const ways = [
      [option.value, option.id],
      [option.id, option.id],
      [String(option.id), option.id],
      [undefined, options[0]!.id],
      ['NOWHERE', options[0]!.id],
      [0, options[0]!.id],
    ] as const;
    const [sent, id] = dice.pick(ways);
    return { json: { value, ...(sent !== undefined && { enum: sent }) }, means: { value, option: id } };
  });
  return { json: said.map(({ json }) => json), means: said.map(({ means }): Stored => means) };
}

const parts = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country'];

/** Parts by name or number; those that are not sent are erased. */
function imagineAddress(dice: Dice): SaidValues {
  if (dice.chance(0.04)) return { json: [{ value: 'x', subtype: 'planet' }], means: 'wrong' };
  const chosen = dice.some([...parts.keys()], 3);
  const said = (chosen.length > 0 ? chosen : [2]).map((index) => {
    const value = imagineName(dice);
    const subtype = dice.pick<unknown>([parts[index], String(index + 1), index + 1]);
    return { json: { value, subtype }, means: { value, part: index + 1 } };
  });
  return { json: said.map(({ json }) => json), means: said.map(({ means }): Stored => means) };
}

function imagineCompound(dice: Dice): SaidValues {
  if (dice.chance(0.04)) return wrong({ vat_id: '77' });
  const value = {
    name: `ООО ${imagineName(dice)}`,
    entity_type: '2',
    ...(dice.chance(0.5) && { vat_id: '7712345678' }),
  };
  return { json: [{ value }], means: [{ value }] };
}
