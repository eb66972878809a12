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
  // `for (const name in object)` around an `await`
  regeneratorKeys: `function NAME(object) {
    var names = [];
    for (var name in object) names.push(name);
    function next() {
      while (names.length) {
        next.value = names.shift();
        if (next.value in object) return next;
      }
      next.done = true;
      return next;
    }
    return next;
  }`,
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
  // An async function whose body is cut into steps: `n` is the next one, `p` the one before, `v` what an await gave,
  // `k` and `w` how and with what it goes on: 0 value, 1 error, 2 return, 3 jump, 4 end of `finally`. Of the tries in `t`
  // each has its start, where it catches, where it finishes, and what is behind it.
  // One object holds a call: functions of its own would cost far more.
  regeneratorAsync: `var NAME = (function () {
    var again = {};
    function leave(how, what) {
      this.k = how;
      this.w = what;
      for (var i = 0; this.t && i < this.t.length; i++) {
        var one = this.t[i], isInside = one[0] <= this.p;
        if (how > 3) {
          if (one[2] === what) {
            this.k = one[4] || 3;
            this.w = one[4] ? one[5] : one[3];
            one[4] = one[5] = 0;
            return again;
          }
        } else if (isInside && how < 2 && this.p < one[1]) {
          this.k = 0;
          this.n = one[1];
          return again;
        } else if (isInside && this.p < one[2] && (how < 3 || one[0] > what || what > one[2])) {
          one[4] = how;
          one[5] = what;
          this.n = one[2];
          this.k = 0;
          return again;
        }
      }
      if (how < 2) throw what;
      return again;
    }
    function finish(place) { return this.a(4, place); }
    function run(at, how, what) {
      var result = again;
      at.k = how;
      at.w = what;
      try {
        while (result === again) {
          if (at.k) {
            if (at.k > 1) at.n = at.k < 3 ? -1 : at.w;
            at.a(at.k, at.w);
          }
          if (!at.k) at.v = at.w;
          if (at.n < 0) { at.r(at.w); return; }
          try { result = at.b.call(at.s, at); } catch (error) { at.k = 1; at.w = error; }
        }
      } catch (error) { at.j(error); return; }
      next(at, result);
    }
    function next(at, result) {
      Promise.resolve(result).then(function (value) { run(at, 0, value); }, function (error) { run(at, 1, error); });
    }
    return function (body, _, self, tries) {
      return new Promise(function (resolve, reject) {
        run({ p: 0, n: 0, a: leave, f: finish, b: body, s: self, t: tries, r: resolve, j: reject }, 0);
      });
    };
  })();`,
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
