import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/** Finds out where a request comes from. */
export type FindAddress = (request: IncomingMessage) => string;

/**
 * By the connection; where that is of a proxy that is trusted, by X-Forwarded-For, from its end as far as proxies are trusted. Anybody can
 * write what stands before. @param trusted addresses and networks, as `10.0.0.5` or `10.0.0.0/8` @throws TypeError
 */
export function addressFinder(trusted: readonly string[]): FindAddress {
  const isTrusted = proxyAddr.compile([...trusted]);
  return (request) => {
    const { remoteAddress } = request.socket;
    const given = trusted.length === 0 ? remoteAddress : proxyAddr(request, isTrusted);
    return withoutPrefix(isIP(given ?? '') === 0 ? remoteAddress : given);
  };
}

/** Without the prefix of an IPv4 client that came over IPv6; a client that has gone has no address any more. */
function withoutPrefix(ip: string | undefined): string {
  return ip?.replace(/^::ffff:/, '') ?? '';
}
