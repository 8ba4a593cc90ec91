import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/** Finds out where a request comes from. */
export type FindAddress = (request: IncomingMessage) => string;

/**
 * By the connection; where that is of a proxy that is trusted, by X-Forwarded-For, from its end as far as proxies are trusted. Anybody can
 * write what stands before. @param trusted addresses and networks, as `10.0.0.5` or `10.0.0.0/8` @throws TypeError
 */
export function addressFinder(trusted: readonly string[]): FindAddress {
  if (trusted.length === 0) return ({ socket }) => withoutPrefix(socket.remoteAddress);
  const isTrusted = proxyAddr.compile([...trusted]);
  return (request) => {
    const told = proxyAddr(request, isTrusted);
    return withoutPrefix(isIP(told ?? '') === 0 ? request.socket.remoteAddress : told);
  };
}

/** Without the prefix of an IPv4 client that came over IPv6; a client that has gone has no address any more. */
function withoutPrefix(ip: string | undefined): string {
  return ip?.replace(/^::ffff:/, '') ?? '';
}

/** An address; of IPv6 the network of its first half, which one client has to himself. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const [left = [], right] = ip.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = right ? Array.from({ length: 8 - left.length - right.length }, () => '0') : [];
  const network = [...left, ...zeros, ...(right ?? [])].slice(0, 4);
  return network.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
