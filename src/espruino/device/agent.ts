import { Engine } from "../../core/app-header.js";
import { AttemptLimiter } from "../../core/attempts.js";
import { Authenticator } from "../../core/auth.js";
import { BundleTarget } from "../../core/bundle-target.js";
import { type Fault, FaultNumber, fault } from "../../core/errors.js";
import { defaultTimes, EspotaSession } from "../../core/espota-session.js";
import type { Homecoming } from "../../core/firmware/homecoming.js";
import { nativeRefusal } from "../../core/firmware/native-offer.js";
import { isNative } from "../../core/invitation.js";
import { Journal, Record } from "../../core/journal.js";
import { md5Hex } from "../../core/md5.js";
import { Notes } from "../../core/notes.js";
import type { Offer } from "../../core/offer.js";
import { errorText, SafeState, type SafeStep } from "../../core/safe-state.js";
import { sameText } from "../../core/same-text.js";
import type { Target } from "../../core/target.js";
import { Trial, TrialVerdict } from "../../core/trial.js";
import { RunPhase, UpdateRun } from "../../core/update-run.js";
import { Updater } from "../../core/updater.js";
import { makeOta } from "./agent-api.js";
import { AppHooks, type AppSide } from "./app-hooks.js";
import { BoardName } from "./board-name.js";
import type { AgentModule, BootInfo } from "./boot-info.js";
import { hasFirmwareSlots } from "./chip-flash.js";
import { readConfig } from "./config.js";
import { engineBytes } from "./engine-bytes.js";
import { EngineClock } from "./engine-clock.js";
import { engineCrypto } from "./engine-crypto.js";
import { storeFlash, storeOfBoard } from "./engine-flash.js";
import { engineRandom } from "./engine-random.js";
import { firmwareTarget, giveUpFirmware } from "./firmware.js";
import { EspotaListener } from "./listener.js";
import type { NameFacts } from "./name-facts.js";
import { NativeDoor } from "./native-door.js";
import { nativeHalf } from "./native-half.js";
import { pageReader } from "./page-place.js";
import { type BoardPermit, permitOf } from "./permit.js";
import { PullDoor } from "./pull-door.js";
import type { PullMemory, PullParts } from "./pull-parts.js";
import { drivePins, pinStep } from "./safe-pins.js";
import type { Ota, OtaOptions, PullOptions } from "./sluice.js";
import { userSlot } from "./user-slot.js";
import { WebDoor } from "./web-door.js";
import type { WebParts, WebSettings } from "./web-parts.js";
import { webSettings } from "./web-settings.js";

/** How often the agent looks: while something is going on, and otherwise. ms. */
const busyTickMs = 50;
const idleTickMs = 500;
/** How long port 88 has to restart the chip after its update is committed, ms; then the firmware stays what it was. */
const nativeWaitMs = 30000;

/** The second storey: listener, updater and safe state, in a bundle of its own that no app can leave out. */
class Agent implements AppSide {
  private boot: BootInfo | undefined;
  private clock: EngineClock;
  private config = readConfig();
  private journal: Journal;
  private notes: Notes;
  private safe: SafeState;
  private updater: Updater;
  private run: UpdateRun;
  private auth: Authenticator;
  private limiter: AttemptLimiter;
  private session: EspotaSession;
  private listener: EspotaListener;
  private trial: Trial | undefined;
  /** Undefined: updates are allowed at any time. */
  private permit: BoardPermit | undefined;
  private options: OtaOptions | undefined;
  private door: WebDoor | undefined;
  /** Set by updateCredentials: the page's own name and password. */
  private webUser: string;
  private webAuth: Authenticator | undefined;
  /** Undefined: the board does not tell the network of itself. */
  private name: BoardName | undefined;
  private home: Homecoming | undefined;
  /** Undefined until somebody asks for updates. */
  private puller: PullDoor | undefined;
  private timer: number;
  private leaving: boolean;

  constructor() {
    this.clock = new EngineClock();
    this.journal = new Journal(engineBytes, engineCrypto, storeFlash, storeOfBoard.journal);
    this.notes = new Notes(engineBytes, engineCrypto, storeFlash, storeOfBoard.notes);
    this.safe = new SafeState();
    const target = new BundleTarget(engineBytes, engineCrypto, storeFlash, storeOfBoard, this.journal, {
      engine: Engine.Espruino,
      family: BOARD_FAMILY,
      agentVersion: SLUICE_VERSION,
    });
    const notify = (event: object): void => this.tell(event);
    const targets: Target[] = [target];
    if (BOARD_OTADATA !== 0 && hasFirmwareSlots())
      targets.push(firmwareTarget(this.journal, () => this.refusal()));
    if (BOARD_USER2 !== 0) targets.push(new NativeDoor(this.journal));
    this.updater = new Updater(engineBytes, engineCrypto, targets);
    this.run = new UpdateRun(
      this.updater,
      this.safe,
      (offer) => this.refusal(offer),
      (event) => {
        // The journal speaks of the new version now, which has yet to start: this start confirms nothing any more.
        if (event.event === "committed") this.trial = undefined;
        this.tell(event);
        if (event.event === "committed" && this.permit !== undefined) this.permit.arm(0);
      },
    );
    this.auth = new Authenticator(
      engineBytes,
      engineCrypto,
      engineRandom,
      this.config.auth,
      this.config.secrets,
    );
    this.limiter = new AttemptLimiter();
    this.session = new EspotaSession(
      this.auth,
      this.limiter,
      this.run,
      defaultTimes,
      () => this.isNative() || this.options === undefined || this.options.rebootOnSuccess !== false,
      notify,
    );
    this.listener = new EspotaListener(this.session, this.clock, {
      restart: () => this.restart("update"),
      wake: () => this.wake(busyTickMs),
    });
    if (BOARD_NAMES && this.config.mdns)
      this.name = new BoardName(
        this.clock,
        (event) => this.tell(event),
        () => require("Wifi").getIP(),
      );
    this.webUser = "";
    this.timer = 0;
    this.leaving = false;
  }

  start(boot: BootInfo): void {
    this.boot = boot;
    this.journal.open();
    this.notes.open();
    this.useSteps([]);
    this.run.setHooks(new AppHooks(this));
    // An agent alone can always be updated: it waits to be rescued.
    if (boot.app >= 0) this.permit = this.permitWith(undefined);
    this.trial = new Trial(this.clock.now(), this.onTrial(), boot.app >= 0);
    process.on("uncaughtException", (error) => this.crashed(error));
    this.tell({ event: "boot", why: boot.why, app: boot.appName, slot: this.slot(), agent: SLUICE_VERSION });
    if (BOARD_USER2 !== 0 && boot.why === "homecoming") this.home = nativeHalf(this.journal).homecoming();
    else if (boot.app < 0)
      this.tell({ event: "safe-mode", text: "no sound application: valves held closed" });
    if (this.onTrial()) this.tell({ event: "trial", app: boot.appName });
    if (BOARD_PULL && this.config.pull !== undefined) this.puller = this.pullDoor(this.config.pull, true);
    // The app has its turn first: it may bring the password or the port.
    this.wake(0);
  }

  begin(options: OtaOptions): void {
    const boot = this.boot;
    if (boot === undefined || this.options !== undefined) return;
    this.permit = this.permitWith(options);
    this.options = options;
    if (options.safeState !== undefined) this.useSteps(options.safeState);
    if (options.mdns === false) this.name = undefined;
    if (this.auth.isOpen() && !this.config.open) this.auth.setSecrets(secretsOf(options));
  }

  /** What the application asked for, once it has. */
  asked(): OtaOptions | undefined {
    return this.options;
  }

  appFailed(error: unknown): void {
    this.crashed(error);
  }

  ota(): Ota {
    return makeOta({
      begin: (options) => this.begin(options),
      credentials: (user, password) => this.setCredentials(user, password),
      command: () => {
        const offer = this.run.offer();
        return offer === undefined ? 0 : offer.command;
      },
      arm: (ms) => {
        if (this.permit === undefined) throw new Error("ota.arm: there is neither a window nor a button");
        this.permit.arm(ms);
      },
      handle: (request, response) => this.door !== undefined && this.door.handle(request, response),
      remember: (text) => this.notes.remember(text),
      recall: () => this.notes.recall(),
      boot: () => this.boot,
      // On boards with small slots there is no room for it.
      pull: (options, done) => {
        if (BOARD_PULL) {
          if (this.puller === undefined) this.puller = this.pullDoor(options, false);
          if (this.puller !== undefined) this.puller.ask(options, done);
        } else throw new Error("no room");
      },
      lastPull: () => (BOARD_PULL && this.puller !== undefined ? this.puller.lastReply() : undefined),
    });
  }

  /** Whether anything that runs has yet to prove itself; the journal knows, whoever confirmed it. */
  private onTrial(): boolean {
    const state = this.journal.current();
    return state.appTrial || state.agentTrial || state.firmwareTrial;
  }

  private slot(): string {
    const boot = this.boot;
    if (boot === undefined || boot.app < 0) return "-";
    return boot.app === 0 ? "a" : "b";
  }

  private useSteps(steps: SafeStep[]): void {
    const all: SafeStep[] = [];
    for (const step of steps) all.push(step);
    if (this.boot !== undefined && this.boot.safePins.length > 0) all.push(pinStep(this.boot.safePins));
    this.safe.setSteps(all);
  }

  /** Whether the update under way, or the last one, is the native updater's. */
  private isNative(): boolean {
    const offer = BOARD_USER2 === 0 ? undefined : this.run.offer();
    return offer !== undefined && isNative(offer.command);
  }

  private refusal(offer?: Offer): Fault | undefined {
    if (this.leaving) return fault(FaultNumber.OnTrial, "restarting, try again in 5 s");
    if (this.onTrial()) return fault(FaultNumber.OnTrial, "still on trial, try again in 5 s");
    if (BOARD_USER2 !== 0 && offer !== undefined) {
      const why = nativeRefusal(offer, userSlot(), BOARD_AGENT_BLOCKS * BOARD_BLOCK);
      if (why !== undefined) return why;
    }
    // What has begun may end, whatever the clock says meanwhile.
    if (this.permit === undefined || this.run.phase() !== RunPhase.Idle) return undefined;
    return this.permit.refusal();
  }

  private permitWith(options: OtaOptions | undefined): BoardPermit | undefined {
    return permitOf(
      this.config,
      options,
      () => this.clock.now(),
      (event) => this.tell(event),
    );
  }

  private wake(ms: number): void {
    if (this.timer !== 0) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.tick();
    }, ms);
  }

  private tick(): void {
    if (this.leaving) return;
    if (BOARD_USER2 !== 0 && this.home !== undefined) {
      if (this.home.step()) {
        this.tell({ event: "homecoming", away: this.home.wasAway(), carried: this.home.carried() });
        this.restart("homecoming");
      } else this.wake(0);
      return;
    }
    this.listen();
    this.serve();
    if (this.name !== undefined) this.name.tick(() => this.nameFacts());
    // Before the session, which looks after the run too, but has nobody to tell why it failed.
    const visited = this.door !== undefined && this.door.tick();
    const pulls = BOARD_PULL && this.puller !== undefined && this.puller.tick(networkUp());
    if (this.leaving) return;
    this.listener.tick();
    this.judge();
    this.wake(visited || pulls || this.session.isBusy() ? busyTickMs : idleTickMs);
  }

  private listen(): void {
    const boot = this.boot;
    if (boot === undefined || this.listener.isBound() || !networkUp()) return;
    if (this.auth.isOpen() && !this.config.open) {
      if (!this.listener.isRefused())
        this.tell({ event: "refused", code: "NO_PASSWORD_SET", text: "no password" });
      this.listener.refuse();
      return;
    }
    const port = this.port();
    this.listener.bind(port, () => {
      this.tell({
        event: "ready",
        udp: port,
        app: boot.appName,
        slot: this.slot(),
        agent: SLUICE_VERSION,
        trial: this.onTrial(),
      });
    });
  }

  /** What the network is told, once there is a listener behind it. */
  private nameFacts(): NameFacts | undefined {
    const options = this.options;
    if (!this.listener.isBound() || this.boot === undefined) return undefined;
    const asked = options === undefined ? undefined : options.web;
    return {
      host: this.config.host || (options === undefined ? "" : options.hostname || ""),
      port: this.port(),
      auth: !this.auth.isOpen(),
      app: this.boot.appName,
      web: this.door === undefined ? undefined : webSettings(this.config.web, asked),
    };
  }

  private port(): number {
    const asked = this.options === undefined ? 0 : this.options.port || 0;
    return this.config.port || asked || BOARD_OTA_PORT;
  }

  /** The page's door opens where the listener could: with network, and with a password or the word that none is wanted. */
  private serve(): void {
    if (BOARD_WEB) {
      if (this.door !== undefined || !this.listener.isBound()) return;
      const options = this.options;
      const settings = webSettings(this.config.web, options === undefined ? undefined : options.web);
      if (settings === undefined) return;
      this.door = new WebDoor(
        settings,
        () => this.webParts(settings),
        () => this.clock.now(),
        () => this.wake(busyTickMs),
      );
      this.tell({ event: "note", text: `update page on port ${settings.port}, ${settings.path}` });
    }
  }

  private setCredentials(user: string, password: string): void {
    if (user.length === 0 || password.length === 0) throw new Error("user and password must not be empty");
    if (BOARD_WEB) {
      const secrets = secretsOf({ password: password });
      this.webUser = user;
      this.webAuth = new Authenticator(engineBytes, engineCrypto, engineRandom, "md5", secrets);
    }
  }

  private webParts(settings: WebSettings): WebParts {
    const options = this.options;
    const asked = options === undefined ? "" : options.hostname || "";
    return {
      settings: settings,
      run: this.run,
      limiter: this.limiter,
      name: (this.name !== undefined && this.name.name()) || this.config.host || asked,
      app: this.boot === undefined ? "" : this.boot.appName,
      slot: this.slot(),
      page: pageReader(this.journal.current().agent),
      now: () => this.clock.now(),
      onTrial: () => this.onTrial(),
      isOpen: () => this.webAuth === undefined && this.auth.isOpen(),
      accepts: (user, password) => {
        const wanted = this.webAuth === undefined ? settings.user : this.webUser;
        const known = wanted.length === 0 || sameText(user, wanted);
        const auth = this.webAuth === undefined ? this.auth : this.webAuth;
        return auth.acceptsPassword(password) && known;
      },
      refusal: () => this.refusal(),
      freeSpace: (command) => this.updater.freeSpace(command),
      restarts: () => this.options === undefined || this.options.rebootOnSuccess !== false,
      restart: () => this.restart("update"),
      notify: (event) => this.tell(event),
    };
  }

  private pullDoor(options: PullOptions, isFixed: boolean): PullDoor | undefined {
    if (BOARD_PULL) {
      const boot = this.boot;
      const parts = (asked: PullOptions, memory: PullMemory): PullParts => {
        return {
          options: asked,
          memory: memory,
          bytes: engineBytes,
          crypto: engineCrypto,
          run: this.run,
          freeSpace: (command) => this.updater.freeSpace(command),
          app: boot === undefined ? "none" : boot.appName,
          appSlot: boot === undefined ? -1 : boot.app,
          state: this.journal.current(),
          now: () => this.clock.now(),
          restart: () => this.restart("update"),
          notify: (event) => this.tell(event),
        };
      };
      const why = boot === undefined ? "" : boot.why;
      return new PullDoor(
        options,
        isFixed,
        why,
        parts,
        () => this.clock.now(),
        (event) => this.tell(event),
      );
    }
    return undefined;
  }

  private judge(): void {
    const trial = this.trial;
    if (trial === undefined || trial.isOver()) return;
    let health: true | string = true;
    if (this.options !== undefined && this.options.healthy !== undefined) {
      try {
        health = this.options.healthy();
      } catch (error) {
        health = errorText(error);
      }
    }
    const verdict = trial.poll(this.clock.now(), this.listener.isBound(), this.options !== undefined, health);
    if (verdict === TrialVerdict.Confirm) this.confirm();
    else if (verdict === TrialVerdict.GiveUp) this.giveUp(trial.reason());
  }

  private confirm(): void {
    const boot = this.boot;
    if (boot === undefined) return;
    const tried = this.onTrial();
    // Nothing to take back: flash is not worn for it.
    if (tried || this.journal.current().attempts > 0) this.journal.append(Record.Confirm);
    if (BOARD_PULL && tried && this.puller !== undefined) this.puller.confirmed();
    if (tried) this.tell({ event: "confirmed", app: boot.appName, slot: this.slot(), agent: SLUICE_VERSION });
  }

  private giveUp(reason: string): void {
    const boot = this.boot;
    if (boot === undefined || this.leaving) return;
    drivePins(boot.safePins);
    if (BOARD_OTADATA !== 0 && this.journal.current().firmwareTrial) giveUpFirmware();
    // Nobody on the chip can take it back (src/host/native); what was well before must not pay for it.
    else if (BOARD_USER2 !== 0 && this.journal.current().firmwareTrial)
      this.journal.append(Record.FirmwareBack);
    else this.journal.append(boot.agentTrial ? Record.AgentBack : Record.AppBack);
    this.tell({ event: "rolled-back", app: boot.appName, text: reason });
    this.restart("rollback");
  }

  /** An error that nobody caught. Espruino drops the interval it came from, so a valve could stay open for ever. */
  private crashed(error: unknown): void {
    const boot = this.boot;
    if (boot === undefined || this.leaving) return;
    drivePins(boot.safePins);
    const text = errorText(error);
    this.tell({ event: "app-error", text: text });
    if (this.trial !== undefined && this.trial.condemn(text) === TrialVerdict.GiveUp) {
      this.giveUp(text);
      return;
    }
    this.run.fail(fault(FaultNumber.Aborted, `the application failed: ${text}`));
    this.journal.append(Record.Crash);
    this.restart("crash");
  }

  private restart(why: string): void {
    this.leaving = true;
    if (this.name !== undefined) this.name.goodbye();
    this.tell({ event: "restart", why: why });
    if (this.timer !== 0) clearTimeout(this.timer);
    // Time for the last datagrams and the TCP close to leave; or for the sender to have port 88 restart the chip.
    const native = why === "update" && this.isNative();
    setTimeout(() => E.reboot(), native ? nativeWaitMs : 200);
  }

  tell(event: object): void {
    E.emit("sluice", event);
    if (this.door !== undefined) this.door.heard(event);
    if (this.config.log) print(`sluice ${JSON.stringify(event)}`);
  }
}

function secretsOf(options: OtaOptions): { md5: string; sha256: string } {
  if (options.passwordHash !== undefined) return { md5: options.passwordHash, sha256: "" };
  if (options.password === undefined) return { md5: "", sha256: "" };
  const sha256 =
    engineCrypto.sha256Hex === undefined
      ? ""
      : engineCrypto.sha256Hex(engineBytes.fromText(options.password));
  return { md5: md5Hex(engineBytes, engineCrypto, options.password), sha256: sha256 };
}

function networkUp(): boolean {
  if (BOARD_CHIP === "linux") return true;
  const ip = require("Wifi").getIP().ip;
  return ip !== undefined && ip !== "" && ip !== "0.0.0.0";
}

/** The module object that `require("sluice")` answers with. */
declare const exports: { ota: Ota; start: AgentModule["start"]; appFailed: AgentModule["appFailed"] };

const agent = new Agent();
exports.ota = agent.ota();
exports.start = (boot) => agent.start(boot);
exports.appFailed = (error) => agent.appFailed(error);
