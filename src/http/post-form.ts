import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

// As in server.ts: importing them costs memory.
const { request: httpRequest } = process.getBuiltinModule('node:http');
const { request: httpsRequest } = process.getBuiltinModule('node:https');

const patienceMs = 10_000;

/** Addresses inside a network or machine: nobody outside may have the server call them. source: IANA special-purpose registries */
const privateAddresses = new BlockList();
for (const network of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  // Azure's own services, in every machine there.
  '168.63.129.16/32',
]) {
  const [address, bits] = network.split('/');
  privateAddresses.addSubnet(address!, Number(bits), 'ipv4');
}
/** All else of IPv6 is local, or leads to some address of IPv4, as `::ffff:0:0/96` and `64:ff9b::/96` do. */
const publicSpace = new BlockList();
publicSpace.addSubnet('2000::', 3, 'ipv6');
for (const network of ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']) {
  const [address, bits] = network.split('/');
  privateAddresses.addSubnet(address!, Number(bits), 'ipv6');
}

export interface Posted {
  /** HTTP status; 0: there was no answer. */
  readonly code: number;
  readonly error: string;
}

export interface PostOptions {
  /** Whether private and link-local addresses may be called. */
  readonly allowPrivate: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const privateRefused: Posted = { code: 0, error: 'the address is private' };

/**
 * What an account's administrators are told of a failure: a name of the server's own network is as one that nobody has, or that the name
 * server does not tell. Who runs the server reads the difference in the log of the command line.
 */
export function toldError(error: string): string {
  return error === privateRefused.error || error.startsWith('getaddrinfo ') ? 'the name has no public address' : error;
}

/** Posts a form to a webhook. Its host's address is looked up, checked and then used, redirects are not followed, ten seconds are enough. */
export async function postForm(
  url: string,
  body: string,
  { allowPrivate, headers = {} }: PostOptions,
): Promise<Posted> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (!allowPrivate && isPrivate(host)) return privateRefused;
    const addresses = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await inTime(lookup(host, { all: true }), signal);
    if (!allowPrivate && addresses.some(({ address }) => isPrivate(address))) return privateRefused;
    return { code: await send(url, protocol === 'https:', addresses[0]!, body, headers, signal), error: '' };
  } catch (error) {
    return { code: 0, error: (error as Error).message.slice(0, 300) };
  }
}

/** A name server that is silent must not outlast the attempt's claim. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  return Promise.race([work, late]);
}

/** Whether an address, or a name that cannot be anything else, is of this network or machine. URL has written numbers out in full. */
export function isPrivate(host: string): boolean {
  if (/(^|\.)localhost\.?$/i.test(host)) return true;
  const family = isIP(host);
  if (family === 6) return !publicSpace.check(host, 'ipv6') || privateAddresses.check(host, 'ipv6');
  return family === 4 && privateAddresses.check(host, 'ipv4');
}

function send(
  url: string,
  isSecure: boolean,
  { address, family }: { readonly address: string; readonly family: number },
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        agent: false,
        signal,
        // The address that was checked, whatever the name says by now.
        lookup: (_host, options, done) =>
          options.all ? done(null, [{ address, family }]) : done(null, address, family),
        headers: {
          'User-Agent': 'amoCRM-WebHook-client/1.0',
          Accept: '*/*',
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': String(Buffer.byteLength(body)),
          Connection: 'close',
          ...headers,
        },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Headers by which a receiver knows who sent a delivery, and a second copy of it. */
export function signatureHeaders(
  secret: string,
  deliveryId: number,
  now: number,
  body: string,
): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`${now}.${deliveryId}.${body}`).digest('hex');
  return {
    'X-Kontora-Delivery': String(deliveryId),
    'X-Kontora-Timestamp': String(now),
    'X-Kontora-Signature': `sha256=${signature}`,
  };
}
