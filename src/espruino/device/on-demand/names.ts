import { hostLabel } from "../../../core/mdns/names.js";
import { arduinoText, type MdnsService } from "../../../core/mdns/own-records.js";
import { MdnsResponder } from "../../../core/mdns/responder.js";
import { engineRandom } from "../engine-random.js";
import type { NameFacts, NameParts } from "../name-facts.js";

/** The board's mDNS responder, with its name taken or about to be. */
export function openNames(parts: NameParts): MdnsResponder {
  const facts = parts.facts;
  const responder = new MdnsResponder(BOARD_UDP_MAX, jitter, parts.named);
  const identity = {
    host: hostOf(facts),
    address: parts.address,
    netmask: parts.netmask,
    services: servicesOf(facts),
  };
  if (parts.held === "") responder.tell(parts.now, identity);
  else responder.resume(identity, parts.held);
  return responder;
}

/** From hardware: spreads answers and probes of boards that got power at the same moment. */
function jitter(below: number): number {
  const hex = engineRandom.hex(4);
  let sum = 0;
  for (let i = 0; i < hex.length; i++) sum = (sum * 16 + hex.charCodeAt(i)) % 65521;
  return sum % below;
}

function hostOf(facts: NameFacts): string {
  if (facts.host !== "") return hostLabel(facts.host);
  return hostLabel(`${facts.app.split("@")[0]}-${process.env.SERIAL.slice(-6)}`);
}

function servicesOf(facts: NameFacts): MdnsService[] {
  const services = [
    { type: "_arduino._tcp", port: facts.port, text: arduinoText(facts.auth, BOARD_ID, facts.app) },
  ];
  const web = facts.web;
  if (web !== undefined) services.push({ type: "_http._tcp", port: web.port, text: [`path=${web.path}`] });
  return services;
}
