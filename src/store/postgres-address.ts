/** `postgres://user@one:5432,two:5432/name` as one URL for each host. */
export function hostsOf(url: string): string[] {
  const [, start, hosts, rest] = /^([a-z]+:\/\/(?:[^/]*@)?)([^/?]*)(.*)$/.exec(url) ?? ['', '', '', ''];
  return hosts!.split(',').map((host) => `${start}${host}${rest}`);
}

/** An address as it may be shown. A password that is not encoded as it should be goes, too. */
export function withoutCredentials(url: string): string {
  return url.replace(/:\/\/.*@/s, '://').replace(/[?#].*$/s, '');
}
