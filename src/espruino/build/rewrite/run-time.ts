import { type NodePath, type PluginObj, types as t, template } from "./babel.js";

/**
 * What rewritten programs call, in place of Babel's helpers, which are written for other engines. Only what a program
 * uses goes with it. `["name"]` keeps the helpers from being rewritten themselves.
 */
const sources: Readonly<Record<string, string>> = {
  // `o.m(...list)`
  callSpread: "function NAME(f, self, list) { return f.apply(self, list); }",
  // `const { a, ...rest } = o`
  objectWithoutPropertiesLoose: `function NAME(from, names) {
    var rest = {};
    for (var name in from) if (names["indexOf"](name) < 0) rest[name] = from[name];
    return rest;
  }`,
  // `const [a, ...rest] = list`
  arrayLikeToArray: "function NAME(list) { return [].slice.call(list); }",
  toPropertyKey: "function NAME(key) { return key; }",
  // The engine finds the beginning of a part at the end of a text, too: "abc".indexOf("cd") is 2 there.
  indexOf: `function NAME(list, part, from) {
    var at = list["indexOf"](part, from);
    return typeof list == "string" && at > list.length - part.length ? -1 : at;
  }`,
  includes: `function NAME(list, part, from) {
    return list["includes"](part, from) && !(typeof list == "string" && list["indexOf"](part, from) > list.length - part.length);
  }`,
  // A stable sort; the engine's own is none. Few comparisons, and the moving is done by the engine.
  sort: `function NAME(list, order) {
    if (!Array.isArray(list) || !order) return list["sort"](order);
    for (var i = 1; i < list.length; i++) {
      var low = 0, high = i, value = list[i];
      while (low < high) {
        var middle = (low + high) >> 1;
        if (order(list[middle], value) > 0) high = middle;
        else low = middle + 1;
      }
      if (low < i) list.splice(low, 0, list.splice(i, 1)[0]);
    }
    return list;
  }`,
  // The engine takes methods that the object has itself, and calls them on another.
  callbacks: `function NAME(it) {
    return typeof it == "function" ? it : {
      setPixel: function (x, y, color) { it.setPixel(x, y, color); },
      fillRect: it.fillRect && function (x1, y1, x2, y2, color) { it.fillRect(x1, y1, x2, y2, color); },
    };
  }`,
  // An async function whose body is cut into steps: \`at.n\` is the next one, \`at.p\` the one before, \`at.v\` what an await gave.
  // Of \`tries\` each has its start, where it catches, where it finishes, and what is behind it.
  regeneratorAsync: `function NAME(body, _, self, tries) {
    return new Promise(function (resolve, reject) {
      var kind, value, again = {}, at = { p: 0, n: 0, a: leave, f: function (place) { return leave(4, place); } };
      function leave(how, what) {
        kind = how;
        value = what;
        for (var i = 0; tries && i < tries.length; i++) {
          var one = tries[i], isInside = one[0] <= at.p;
          if (how > 3) {
            if (one[2] === what) {
              kind = one[4] || 3;
              value = one[4] ? one[5] : one[3];
              one[4] = one[5] = 0;
              return again;
            }
          } else if (isInside && how < 2 && at.p < one[1]) {
            kind = 0;
            at.v = what;
            at.n = one[1];
            value = what;
            return again;
          } else if (isInside && at.p < one[2] && (how < 3 || one[0] > what || what > one[2])) {
            one[4] = how;
            one[5] = what;
            at.n = one[2];
            kind = 0;
            return again;
          }
        }
        if (how < 2) throw what;
        return again;
      }
      function run(how, what) {
        var result = again;
        kind = how;
        value = what;
        try {
          while (result === again) {
            if (kind) {
              if (kind > 1) at.n = kind < 3 ? -1 : value;
              leave(kind, value);
            } else at.v = value;
            if (at.n < 0) { resolve(value); return; }
            try { result = body.call(self, at); } catch (error) { kind = 1; value = error; }
          }
        } catch (error) { reject(error); return; }
        Promise.resolve(result).then(function (next) { run(0, next); }, function (error) { run(1, error); });
      }
      run(0);
    });
  }`,
};

interface Settable {
  set(key: "helperGenerator", make: (name: string) => t.Identifier): void;
}

/** The helpers that one program uses. */
export class RunTime {
  #program: NodePath<t.Program> | undefined;
  readonly #names = new Map<string, string>();

  /** Gives the plugins our helpers, and writes those that were asked for in front of the program. */
  readonly plugin: PluginObj = {
    pre: (file) => {
      this.#program = file.path;
      // Missing in its types; @babel/plugin-transform-runtime takes the place of Babel's helpers in this way.
      (file as typeof file & Settable).set("helperGenerator", (name: string) => this.use(name));
    },
    visitor: {
      Program: {
        exit: (program) => {
          for (const [name, called] of this.#names) {
            const source = sources[name];
            if (source !== undefined)
              program.unshiftContainer(
                "body",
                template.statement(source, { placeholderPattern: /^NAME$/ })({ NAME: called }),
              );
          }
        },
      },
    },
  };

  /** @returns the helper's name in the program */
  use(name: string): t.Identifier {
    const called = this.#names.get(name) ?? this.#program?.scope.generateUid(name) ?? name;
    this.#names.set(name, called);
    return t.identifier(called);
  }
}
