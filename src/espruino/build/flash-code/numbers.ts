import type { AnyNode } from "acorn";
import type { Binding } from "../dialect/scope.js";
import type { FlashMethod } from "./members.js";
import type { FlashPlan } from "./plan.js";
import { assignRows } from "./rows.js";

/** Numbers of all that is in flash: of functions, of classes, of methods' names, and of the table's entries. */
export class Numbers {
  readonly functions = new Map<Binding, number>();
  /** Constructors. */
  readonly makers = new Map<Binding, number>();
  /** What an instance knows of its class: where the class's row begins. */
  readonly rows = new Map<Binding, number>();
  readonly #names = new Map<string, number>();
  readonly #units = new Map<FlashMethod<AnyNode>, number>();
  readonly #owners = new Map<string, number>();

  constructor(plan: FlashPlan) {
    let units = 0;
    const owners = [...plan.classes, ...plan.objects];
    for (const name of plan.methodNames) this.#names.set(name, this.#names.size);
    for (const [, { methods }] of owners)
      for (const method of methods) {
        this.#units.set(method, units++);
        this.#owners.set(method.name, (this.#owners.get(method.name) ?? 0) + 1);
      }
    for (const [owner, { maker }] of plan.classes) if (maker !== undefined) this.makers.set(owner, units++);
    for (const binding of plan.functions.keys()) this.functions.set(binding, units++);
    const rows = assignRows(owners.map(([, { methods }]) => methods.map(({ name }) => this.nameOf(name))));
    owners.forEach(([owner], index) => {
      this.rows.set(owner, rows[index]);
    });
  }

  nameOf(name: string): number {
    return this.#names.get(name) ?? -1;
  }

  unitOf(method: FlashMethod<AnyNode>): number | undefined {
    return this.#units.get(method);
  }

  entryOf(owner: Binding, name: string): number {
    return (this.rows.get(owner) ?? 0) + this.nameOf(name);
  }

  /** Whether a single class or object has a method of that name. */
  isOnly(name: string): boolean {
    return this.#owners.get(name) === 1;
  }
}
