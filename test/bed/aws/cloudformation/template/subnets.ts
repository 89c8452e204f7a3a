import { refuse } from "./read.ts";

/**
 * Fn::Cidr: so many blocks of 2^bits addresses each, from the start of an IPv4 block.
 *
 * @param bits host bits of each block; 8 where the template gives none
 */
export function subnets(block: string, count: number, bits = 8): readonly string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (match === null || !Number.isInteger(count) || count < 1 || count > 256 || bits < 1 || bits > 32)
    return refuse(
      `Template error: every Fn::Cidr object requires two parameters, (1) a string ipBlock and (2) an integer count between 1 and 256, got ${block}`,
    );
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if (count * 2 ** bits > 2 ** (32 - prefix))
    refuse(`Template error: Fn::Cidr: ${count} blocks of ${bits} bits do not fit in ${block}`);
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const start = (((a << 24) | (b << 16) | (c << 8) | d) & mask) >>> 0;
  return Array.from({ length: count }, (_, index) => {
    const address = start + index * 2 ** bits;
    const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
    return `${bytes.join(".")}/${32 - bits}`;
  });
}
