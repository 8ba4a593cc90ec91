import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findRelation, type Link, LinkPlan } from '../../src/crm/link.ts';

const romashka = 41389;
const acme = 41390;
const ivan = 1099181;
const olga = 1099235;
const rent = 45615;
const sale = 43510;
const buyer = 7;

const companyContact = (firstId: number, secondId: number): Link => ({
  first: 'company',
  firstId,
  second: 'contact',
  secondId,
});
const companyLead = (firstId: number, secondId: number): Link => ({
  first: 'company',
  firstId,
  second: 'lead',
  secondId,
});
const companyCustomer = (firstId: number, secondId: number): Link => ({
  first: 'company',
  firstId,
  second: 'customer',
  secondId,
});
const contactLead = (firstId: number, secondId: number): Link => ({
  first: 'contact',
  firstId,
  second: 'lead',
  secondId,
});

/** Most contacts of a lead. source: reference §1.5 */
const mostContacts = 40;
const fullLead = () => Array.from({ length: mostContacts }, (_, index) => contactLead(index + 1, rent));

function changes(plan: LinkPlan): { added: Link[]; removed: Link[] } {
  return { added: plan.added(), removed: plan.removed() };
}

test('a link is the same from both of its ends', () => {
  const plan = new LinkPlan([]);
  plan.add('company', romashka, 'contact', ivan);
  plan.add('contact', ivan, 'company', romashka);
  assert.deepEqual(changes(plan), { added: [companyContact(romashka, ivan)], removed: [] });
});

test('a link that is asked for twice is made once', () => {
  const plan = new LinkPlan([]);
  plan.add('company', romashka, 'lead', rent);
  plan.add('company', romashka, 'lead', rent);
  assert.deepEqual(plan.added(), [companyLead(romashka, rent)]);
});

test('a link that there is already is not made again', () => {
  const plan = new LinkPlan([companyLead(romashka, rent)]);
  assert.equal(plan.add('lead', rent, 'company', romashka), true);
  assert.deepEqual(changes(plan), { added: [], removed: [] });
});

test('links are made in the order in which they were asked for, not in that of the ids', () => {
  const plan = new LinkPlan([]);
  for (const lead of [rent, sale, 1090408]) plan.add('company', romashka, 'lead', lead);
  assert.deepEqual(
    plan.added().map(({ secondId }) => secondId),
    [rent, sale, 1090408],
  );
});

test('a company may have many contacts and leads: a new one removes none', () => {
  const plan = new LinkPlan([companyContact(romashka, ivan), companyLead(romashka, rent)]);
  plan.add('company', romashka, 'contact', olga);
  plan.add('company', romashka, 'lead', sale);
  assert.deepEqual(plan.removed(), []);
});

describe('contacts, leads and customers have one company: another replaces it', () => {
  const moves = [
    ['contact', ivan, companyContact],
    ['lead', rent, companyLead],
    ['customer', buyer, companyCustomer],
  ] as const;
  for (const [kind, id, link] of moves) {
    test(`when the ${kind} names the new company`, () => {
      const plan = new LinkPlan([link(romashka, id)]);
      plan.add(kind, id, 'company', acme);
      assert.deepEqual(changes(plan), { added: [link(acme, id)], removed: [link(romashka, id)] });
    });
    test(`when the new company names the ${kind}`, () => {
      const plan = new LinkPlan([link(romashka, id)]);
      plan.add('company', acme, kind, id);
      assert.deepEqual(changes(plan), { added: [link(acme, id)], removed: [link(romashka, id)] });
    });
  }

  test('of two new companies the last stays', () => {
    const plan = new LinkPlan([]);
    plan.add('contact', ivan, 'company', romashka);
    plan.add('contact', ivan, 'company', acme);
    assert.deepEqual(changes(plan), { added: [companyContact(acme, ivan)], removed: [] });
  });

  test('there and back changes nothing', () => {
    const plan = new LinkPlan([companyContact(romashka, ivan)]);
    plan.add('contact', ivan, 'company', acme);
    plan.add('contact', ivan, 'company', romashka);
    assert.deepEqual(changes(plan), { added: [], removed: [] });
  });

  test('the other contacts of the former company stay with it', () => {
    const plan = new LinkPlan([companyContact(romashka, ivan), companyContact(romashka, olga)]);
    plan.add('contact', ivan, 'company', acme);
    assert.deepEqual(plan.removed(), [companyContact(romashka, ivan)]);
  });

  test('a contact’s company has nothing to do with a lead of the same id', () => {
    const plan = new LinkPlan([companyLead(romashka, 5)]);
    plan.add('contact', 5, 'company', acme);
    assert.deepEqual(plan.removed(), []);
  });
});

describe('a lead has forty contacts at most', () => {
  test('the fortieth is linked', () => {
    const plan = new LinkPlan(fullLead().slice(1));
    assert.equal(plan.add('lead', rent, 'contact', ivan), true);
    assert.deepEqual(plan.added(), [contactLead(ivan, rent)]);
  });

  test('one more is refused, from either end', () => {
    const plan = new LinkPlan(fullLead());
    assert.equal(plan.add('lead', rent, 'contact', ivan), false);
    assert.equal(plan.add('contact', ivan, 'lead', rent), false);
    assert.deepEqual(changes(plan), { added: [], removed: [] });
  });

  test('one of the forty may be linked again', () => {
    const plan = new LinkPlan(fullLead());
    assert.equal(plan.add('lead', rent, 'contact', mostContacts), true);
  });

  test('one that went makes room for another', () => {
    const plan = new LinkPlan(fullLead());
    plan.remove('lead', rent, 'contact', 1);
    assert.equal(plan.add('lead', rent, 'contact', ivan), true);
    assert.deepEqual(changes(plan), { added: [contactLead(ivan, rent)], removed: [contactLead(1, rent)] });
  });

  test('a contact may have more leads than that', () => {
    const plan = new LinkPlan([]);
    const added = Array.from({ length: mostContacts + 1 }, (_, index) => plan.add('contact', ivan, 'lead', index + 1));
    assert.ok(added.every(Boolean));
  });

  test('another lead has forty of its own', () => {
    assert.equal(new LinkPlan(fullLead()).add('lead', sale, 'contact', ivan), true);
  });
});

describe('unlinking', () => {
  test('removes a link, from either end', () => {
    for (const from of ['company', 'contact'] as const) {
      const plan = new LinkPlan([companyContact(romashka, ivan), companyContact(romashka, olga)]);
      if (from === 'company') plan.remove('company', romashka, 'contact', ivan);
      else plan.remove('contact', ivan, 'company', romashka);
      assert.deepEqual(changes(plan), { added: [], removed: [companyContact(romashka, ivan)] });
    }
  });

  test('does nothing where there is no link', () => {
    const plan = new LinkPlan([companyContact(romashka, ivan)]);
    plan.remove('company', romashka, 'contact', olga);
    plan.remove('company', acme, 'contact', ivan);
    assert.deepEqual(changes(plan), { added: [], removed: [] });
  });

  test('and then linking again keeps the link', () => {
    const plan = new LinkPlan([companyContact(romashka, ivan)]);
    plan.remove('company', romashka, 'contact', ivan);
    plan.add('company', romashka, 'contact', ivan);
    assert.deepEqual(changes(plan), { added: [], removed: [] });
  });

  test('takes back a link that was only asked for', () => {
    const plan = new LinkPlan([]);
    plan.add('company', romashka, 'contact', ivan);
    plan.remove('company', romashka, 'contact', ivan);
    assert.deepEqual(changes(plan), { added: [], removed: [] });
  });
});

describe('which kinds can be linked', () => {
  const pairs = [
    ['company', 'contact'],
    ['company', 'lead'],
    ['company', 'customer'],
    ['contact', 'lead'],
    ['contact', 'customer'],
  ] as const;
  for (const [one, other] of pairs) {
    test(`${one} and ${other} can, in any order`, () => {
      assert.ok(findRelation(one, other));
      assert.equal(findRelation(one, other), findRelation(other, one));
    });
  }

  test('leads and customers cannot, nor can two companies', () => {
    assert.equal(findRelation('lead', 'customer'), undefined);
    assert.equal(findRelation('company', 'company'), undefined);
  });
});
