import { BundleKind } from "../bundle/header.js";
import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Chunk, Reader } from "../ports.js";
import { textField } from "../read.js";
import { olderThan } from "../version.js";

/** What a poll is for. What a server announces proves nothing about the image, so that the image itself has to be it. */
export interface WantedImage {
  /** BundleKind; 0: firmware, or an application. */
  readonly kind: number;
  /** Of the bundle; "": any, where nothing runs yet. */
  readonly name: string;
  /** A bundle's version must not be older than this one; "": any. */
  readonly oldest: string;
}

/** Why a bundle is not the wanted one, by its own header, which has been judged; undefined when it is. */
export function unwanted(bytes: Reader, head: Chunk, wants: WantedImage): Fault | undefined {
  const isAgent = bytes.at(head, 5) === BundleKind.Agent;
  const name = textField(bytes, head, 56, 24);
  const version = textField(bytes, head, 80, 24);
  let text = "";
  if (isAgent !== (wants.kind === BundleKind.Agent))
    text = isAgent ? "an agent, but the poll is not for one" : "an application, but the poll is for an agent";
  else if (wants.name.length > 0 && name !== wants.name) text = `${name}, but the poll is for ${wants.name}`;
  else if (olderThan(version, wants.oldest)) text = `${name}@${version} is older than ${wants.oldest}`;
  return text.length === 0 ? undefined : fault(FaultNumber.WrongKind, text);
}
