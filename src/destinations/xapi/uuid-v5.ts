import { encoded } from '../iri.js';

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** SHA-1 of bytes, as five words (FIPS 180-4 §6.1.2). Here it names things; it protects nothing. */
function sha1(bytes: readonly number[]): number[] {
  const words = Array.from<number>({ length: (((bytes.length + 8) >> 6) + 1) * 16 }).fill(0);
  [...bytes, 0x80].forEach((byte, i) => (words[i >> 2]! |= byte << (24 - (i & 3) * 8)));
  words[words.length - 1] = bytes.length * 8;
  let hash = [0x67452301, 0xefcdab89, ~0x67452301, ~0xefcdab89, 0xc3d2e1f0];
  for (let block = 0; block < words.length; block += 16) {
    const w = words.slice(block, block + 16);
    let [a, b, c, d, e] = hash as [number, number, number, number, number];
    for (let t = 0; t < 80; t++) {
      w[t] ??= rotate(w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!, 1);
      const round = (t / 20) | 0;
      const f = round ? (round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d) : (b & c) | (~b & d);
      // The constants of the rounds are the first bits of these roots.
      [a, b, c, d, e] = [(rotate(a, 5) + f + e + w[t]! + ((2 ** 30 * [2, 3, 5, 10][round]! ** 0.5) | 0)) | 0, a, rotate(b, 30), c, d];
    }
    hash = [a, b, c, d, e].map((word, i) => (word + hash[i]!) | 0);
  }
  return hash;
}

/**
 * The UUID v5 of a name within a namespace, itself a UUID (RFC 9562 §5.5): the same two give the same one, everywhere.
 * Synchronous, since what it names is stored before anything can be awaited.
 */
export function uuidV5(namespace: string, name: string): string {
  const utf8 = encoded(name).replace(/%(..)|./g, (character, code) => code ?? character.charCodeAt(0).toString(16));
  const hash = sha1((namespace.replace(/-/g, '') + utf8).match(/../g)!.map((pair) => Number.parseInt(pair, 16)));
  hash[2] = (hash[2]! & 0x3fffffff) | 0x80000000;
  const hex = hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return hex.replace(/(.{8})(.{4}).(.{3})(.{4})(.{12}).*/, '$1-$2-5$3-$4-$5');
}
