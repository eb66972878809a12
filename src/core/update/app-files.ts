import type { Chunk, Flash, Reader } from "../ports.js";
import { textField, u32, u32Text } from "../read.js";
import { storageHeaderLength } from "./store.js";

/**
 * How Storage is divided between Sluice and the application, so that nothing of ours is moved when room is won back
 * (tidy.ts). Rules of the engine: Espruino src/jsflash.c.
 *
 *   sluice, .boot0, sluice.cfg, .wificfg   Sluice's files
 *   sluice.end    fills the rest; its data ends with one whole page S, but for the last 32 bytes of S
 *   the gate      those 32 bytes, erased: no room for a file, so the engine goes on at the next page, P
 *   sluice.app    at P and always there: were the first file at P the application's, a cut in the writing of its header
 *                 would leave a Storage that the engine calls corrupt and erases; anywhere else it goes on at the next page
 *   …             the application's files, to the end of Storage
 */
export const fillerName = "sluice.end";
export const anchorName = "sluice.app";
/** What closes the gate: a file that reaches to the end of Storage, so that nothing behind the gate exists. */
export const coverName = "sluice.lid";
/** Ours, but for what an owner sets; made anew with the layout. */
export const layoutNames = [fillerName, anchorName, coverName];

/** JSFF_FILENAME_TABLE (src/jsflash.h): there for the engine, but neither listed nor moved. */
export const hiddenFlag = 32;

/** Bytes of the anchor: header, and the least that a file may have. */
export const anchorLength = storageHeaderLength + 4;

/** A file's header: u32 size with the flags in its top byte, 28 bytes of name. */
export function storageHeader(name: string, size: number, flags: number): string {
  let text = u32Text(((flags << 24) | size) >>> 0) + name;
  while (text.length < storageHeaderLength) text += "\0";
  return text;
}

export function anchorText(): string {
  return `${storageHeader(anchorName, 4, hiddenFlag)}\0\0\0\0`;
}

export function aligned(length: number): number {
  return (length + 3) & ~3;
}

/** Bytes of the file whose header this is, or -1: none. @param room bytes from the header to the end of Storage */
export function fileSize(bytes: Reader, header: Chunk, room: number): number {
  const word = u32(bytes, header, 0);
  const size = word & 0xffffff;
  return word === 0 || word === 0xffffffff || storageHeaderLength + size > room ? -1 : size;
}

/**
 * @param flash all of Storage
 * @returns offset of the gate, or -1: this Storage was laid out before there was one
 */
export function findGate(bytes: Reader, flash: Flash): number {
  const end = flash.status().size;
  let at = 0;
  while (at + storageHeaderLength < end) {
    const header = flash.read(storageHeaderLength, at);
    const size = fileSize(bytes, header, end - at);
    if (size < 0) return -1;
    const next = at + storageHeaderLength + size;
    if (textField(bytes, header, 4, 28) === fillerName)
      return (next + storageHeaderLength) % flash.status().blockLength === 0 ? next : -1;
    at = aligned(next);
  }
  return -1;
}
