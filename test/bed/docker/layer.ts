/** A layer: a tar of files, the same bytes for the same files whoever makes it and when. */
import { gzipSync } from "node:zlib";
import { digestOf } from "./digest.ts";
import type { Entry, FileTree } from "./file-tree.ts";

export interface Layer {
  /** Digest of the uncompressed tar, as the image's configuration lists it. */
  readonly diffId: string;
  readonly digest: string;
  readonly content: Uint8Array;
}

export function layerOf(tree: FileTree): Layer {
  const entries = [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
  const tar = Buffer.concat([...entries.flatMap(([path, entry]) => member(path, entry)), Buffer.alloc(1024)]);
  const content = gzipSync(tar, { level: 9 });
  return { diffId: digestOf(tar), digest: digestOf(content), content };
}

const types = { folder: "5", file: "0", link: "2" } as const;

/** Header and content of one file, in POSIX's ustar format; long names go into a pax header before it. */
function member(path: string, entry: Entry): readonly Buffer[] {
  const name = entry.kind === "folder" ? `${path}/` : path;
  const target = entry.kind === "link" ? entry.target : "";
  const content = entry.kind === "file" ? Buffer.from(entry.content) : Buffer.alloc(0);
  const long = [
    ...(Buffer.byteLength(name) > 100 ? [["path", name]] : []),
    ...(Buffer.byteLength(target) > 100 ? [["linkpath", target]] : []),
  ];
  const pax = Buffer.from(long.map(([key = "", value = ""]) => paxRecord(key, value)).join(""));
  return [
    ...(pax.length === 0
      ? []
      : [header({ name: "pax", mode: 0o644, size: pax.length, type: "x", target: "" }), padded(pax)]),
    header({ name, mode: entry.mode, size: content.length, type: types[entry.kind], target }),
    padded(content),
  ];
}

function header(of: { name: string; mode: number; size: number; type: string; target: string }): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(of.name.slice(0, 100), 0);
  block.write(octal(of.mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(of.size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write("        ", 148);
  block.write(of.type, 156);
  block.write(of.target.slice(0, 100), 157);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** `<length> key=value\n`, whose length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
