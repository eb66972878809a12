import type { Binding } from "../dialect/scope.js";
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
  readonly #methods = new Map<string, { readonly owner: Binding; readonly unit: number }[]>();

  constructor(plan: FlashPlan) {
    let units = 0;
    const owners = [...plan.classes, ...plan.objects];
    for (const name of plan.methodNames) this.#names.set(name, this.#names.size);
    for (const [owner, { methods }] of owners)
      for (const { name } of methods)
        this.#methods.set(name, [...(this.#methods.get(name) ?? []), { owner, unit: units++ }]);
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

  unitOf(owner: Binding, name: string): number | undefined {
    return this.#methods.get(name)?.find((one) => one.owner === owner)?.unit;
  }

  entryOf(owner: Binding, name: string): number {
    return (this.rows.get(owner) ?? 0) + this.nameOf(name);
  }

  /** The method, where a single class or object has one of that name. */
  onlyUnit(name: string): number | undefined {
    const [first, second] = this.#methods.get(name) ?? [];
    return second === undefined ? first?.unit : undefined;
  }
}
