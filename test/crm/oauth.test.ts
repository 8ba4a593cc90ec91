import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Grant, isRedirectUri, judgeGrant } from '../../src/crm/oauth.ts';

const now = 1_500_000_000;

describe('a grant', () => {
  const grant = (parts: Partial<Grant> = {}): Grant => ({
    kind: 'refresh',
    integrationId: 'calls',
    userId: 11,
    family: 'family',
    salt: 'salt',
    expiresAt: now + 100,
    usedAt: null,
    ...parts,
  });
  const asked = { kind: 'refresh', integrationId: 'calls' } as const;
  const judge = (parts: Partial<Grant>) => judgeGrant(grant(parts), { ...asked, kind: parts.kind ?? 'refresh' }, now);

  test('is exchanged once by its integration before it expires', () => {
    for (const kind of ['code', 'refresh'] as const) {
      assert.equal(judge({ kind, expiresAt: now + 1 }), 'exchange');
      assert.equal(judge({ kind, expiresAt: now }), 'expired');
      assert.equal(judge({ kind, usedAt: now - 31 }), 'used');
    }
  });

  test('that is none, of another kind or of another integration is unknown, used or not', () => {
    assert.equal(judgeGrant(undefined, asked, now), 'unknown');
    for (const usedAt of [null, now - 1, now - 1000]) {
      assert.equal(judgeGrant(grant({ usedAt, kind: 'code' }), asked, now), 'unknown');
      assert.equal(judgeGrant(grant({ usedAt, integrationId: 'mail' }), asked, now), 'unknown');
    }
  });

  test('gives the same tokens again for thirty seconds if it is a refresh token, and never if it is a code', () => {
    for (const ago of [0, 1, 30]) {
      assert.equal(judge({ kind: 'refresh', usedAt: now - ago }), 'repeat');
      assert.equal(judge({ kind: 'code', usedAt: now - ago }), 'used');
    }
  });

  test('that was used is told as used even when it has also expired', () => {
    assert.equal(judge({ usedAt: now - 1000, expiresAt: now - 1 }), 'used');
  });
});

describe('a redirect URI', () => {
  test('is an http(s) address, whatever its host, port, path and query', () => {
    for (const uri of [
      'https://example.com',
      'http://localhost/',
      'http://127.0.0.1:8080/cb',
      'http://[::1]:8080/cb',
      'https://app.example.com/oauth/callback?from=crm&x=%20',
      'https://my_app.example.com/',
      'https://xn--e1afmkfd.xn--p1ai/',
    ]) {
      assert.ok(isRedirectUri(uri), uri);
    }
  });

  test('is nothing else, and nothing that could be more than an address in a header or page', () => {
    for (const uri of [
      '',
      'example.com/cb',
      '//example.com/cb',
      'http://',
      'https:/example.com',
      'ftp://example.com/',
      'javascript:alert(1)',
      'data:text/html,x',
      ' https://example.com/',
      'https://example.com/ x',
      'https://example.com/\r\nSet-Cookie: a=b',
      'https://пример.рф/',
      'https://user:secret@example.com/',
      'https://user@example.com/',
      'https://example.com/#part',
      'https://example.com/#',
      'https://a;script-src.example/',
      "https://a'b.example/",
      'https://a,b.example/',
      `https://example.com/${'x'.repeat(2000)}`,
    ]) {
      assert.ok(!isRedirectUri(uri), uri);
    }
  });
});
