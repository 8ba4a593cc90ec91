import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { after, afterEach, describe, test } from 'node:test';
import { isPrivate, postForm, toldError } from '../../src/http/post-form.ts';
import { startReceiver } from '../support/receiver.ts';

const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, '');

describe('no webhook leads into the server’s own network', () => {
  const inside = [
    ...['127.0.0.1', '127.1', '127.255.255.254', '0.0.0.0', '0', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
    ...['192.168.0.1', '169.254.1.1', '100.64.0.1', '192.0.0.192', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    // The same in other bases and lengths.
    ...['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '0xa000001', '10.1', '192.168.257'],
    ...['127.0.0.1.', '%31%32%37.0.0.1', '１２７.0.0.1', '127。0。0。1'],
    // Where clouds keep the secrets of a machine.
    ...['169.254.169.254', '0xa9fea9fe', '2852039166', '[fd00:ec2::254]', '[fe80::a9fe:a9fe]', '100.100.100.200'],
    ...['168.63.129.16', '[::ffff:169.254.169.254]', '[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::1]'],
    ...['[::]', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[::ffff:0:127.0.0.1]'],
    ...['[64:ff9b::127.0.0.1]', '[64:ff9b:1::1]', '[fc00::1]', '[fdff::1]', '[fe80::1]', '[fec0::1]', '[ff02::1]'],
    ...['[2001:db8::1]', '[2001::1]', '[3fff::1]', '[5f00::1]', '[100::1]', '[0:0:0:0:0:0:0:1]'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'ｌocalhost'],
  ];
  for (const host of inside) {
    test(host, async () => {
      assert.ok(isPrivate(hostOf(`http://${host}/`)), hostOf(`http://${host}/`));
      const posted = await postForm(`http://${host}:9/`, 'a=1', { allowPrivate: false });
      assert.deepEqual(posted, { code: 0, error: 'the address is private' });
    });
  }

  test('addresses of others are not private', () => {
    for (const host of [
      '8.8.8.8',
      '1.1.1.1',
      '172.32.0.1',
      '11.0.0.1',
      '[2606:4700::1]',
      '[2a00:1450::1]',
      'a.example',
    ]) {
      assert.ok(!isPrivate(hostOf(`http://${host}/`)), host);
    }
  });
});

describe('a name', () => {
  const { lookup } = dns;
  /** What name servers say, one answer after the other. */
  function answers(...each: string[][]): () => number {
    let asked = 0;
    const fake = async () => each[asked++]!.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    Object.assign(dns, { lookup: fake });
    syncBuiltinESMExports();
    return () => asked;
  }
  afterEach(() => {
    Object.assign(dns, { lookup });
    syncBuiltinESMExports();
  });

  test('that leads inside as well as out is not called', async () => {
    for (const inside of ['127.0.0.1', 'fe80::1%1', 'fe80::1%lo', '::ffff:10.0.0.1', '::1']) {
      answers(['8.8.8.8', inside]);
      const posted = await postForm('http://both.example/', '', { allowPrivate: false });
      assert.deepEqual(posted, { code: 0, error: 'the address is private' }, inside);
    }
  });

  test('of the own network is told as one that nobody has; other failures are told as they are', async () => {
    answers(['10.0.0.1']);
    const inside = await postForm('http://db.corp.example/', '', { allowPrivate: false });
    const told = [inside.error];
    for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
      const fail = () => Promise.reject(new Error(`getaddrinfo ${code} db.corp.example`));
      Object.assign(dns, { lookup: fail });
      syncBuiltinESMExports();
      told.push((await postForm('http://db.corp.example/', '', { allowPrivate: false })).error);
    }
    assert.equal(new Set(told).size, 3, 'the log of who runs the server');
    assert.deepEqual([...new Set(told.map(toldError))], ['the name has no public address']);
    assert.equal(toldError('connect ECONNREFUSED 8.8.8.8:80'), 'connect ECONNREFUSED 8.8.8.8:80');
    assert.equal(toldError(''), '');
  });

  test('is asked for once: what is called is the address that was checked', async () => {
    const receiver = await startReceiver();
    after(() => receiver.close());
    const asked = answers(['127.0.0.1'], ['192.0.2.1']);
    const url = receiver.url.replace('127.0.0.1', 'changing.example');
    assert.deepEqual(await postForm(url, 'a=1', { allowPrivate: true }), { code: 200, error: '' });
    assert.equal(asked(), 1);
  });
});
