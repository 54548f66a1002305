import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { access, chmod, constants, open, readdir, rm, stat, statfs, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { notWritable, whyNotWritable, writePrivate } from "../signaling/private-file.ts";
import { PortholeError } from "../signaling/protocol/errors.ts";
import { monotonicNow } from "../signaling/protocol/time.ts";
import { readServing } from "./serving-file.ts";

const word = v.pipe(v.string(), v.maxLength(300));

const claimSchema = v.object({
	pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
	/** Of the machine or container. */
	host: word,
	/** Tells this run of the machine from others; absent where the system does not say. */
	boot: v.exactOptional(word),
	/** In which the pid counts: containers have their own. */
	namespace: v.exactOptional(word),
	/** Tells a process from a later one of the same pid. */
	started: v.exactOptional(word),
	/** It has the folder; else it is about to find out whether it may. */
	holds: v.boolean(),
});

type Claim = v.InferOutput<typeof claimSchema>;

/** A state folder that no other server uses. */
export interface StateLock {
	/** Lets others have it; may be called twice. */
	release(): Promise<void>;
}

/** How long servers that start at the same time are waited for, and how often it is looked for them, ms. */
const PATIENCE = 5_000;
const LOOK_EVERY = 25;
/** How often a server shows that it lives, ms; and how many times it may miss that. */
const BEAT_EVERY = 2_000;
const BEATS = 3;

/**
 * Takes a state folder for this process alone: two servers on one would undo each other's changes. What a process left
 * behind that ended without releasing it, also before a restart of the machine, keeps nobody out. Throws PortholeError
 * `state-in-use`, or `state-not-writable`.
 *
 * Each server lays a claim, then looks for others: one that holds the folder keeps it, of those that have just come one
 * gets it. Whoever comes later has been seen, or sees. Whether a claim's process lives is asked of the system; where it
 * cannot be asked, as that process is in another container or on another machine with the same disk, the claim's file
 * tells: whoever lives touches it.
 */
export async function lockStateFolder(
	folder: string,
	{ beatEvery = BEAT_EVERY }: { readonly beatEvery?: number } = {},
): Promise<StateLock> {
	const me = describeProcess(process.pid);
	const name = claimName(me);
	const path = join(folder, name);
	let heart: NodeJS.Timeout | undefined;
	const release = async () => {
		clearInterval(heart);
		await rm(path, { force: true });
	};
	try {
		const mine = await readClaim(path);
		if (mine && mine.claim.started === me.started) throw await inUse(folder, mine.claim);
		await writePrivate(path, JSON.stringify({ ...me, holds: false } satisfies Claim));
		let beats = 0;
		heart = setInterval(() => {
			// Any other time than before will do; a wall clock may stand still or go back.
			beats++;
			utimes(path, beats, beats).catch(() => {});
		}, beatEvery);
		heart.unref();
		const watch = new Watch(me, BEATS * beatEvery);
		for (const until = monotonicNow() + PATIENCE + BEATS * beatEvery; monotonicNow() < until; ) {
			const others = await otherClaims(folder, name, watch);
			const first = others.find((other) => other.lives && (other.claim.holds || other.name < name));
			if (first) {
				await release();
				throw await inUse(folder, first.claim);
			}
			if (others.length === 0) {
				await writePrivate(path, JSON.stringify({ ...me, holds: true } satisfies Claim));
				return { release };
			}
			await delay(LOOK_EVERY);
		}
		throw new Error("another server takes too long to start on it");
	} catch (cause) {
		if (cause instanceof PortholeError && cause.code === "state-in-use") throw cause;
		await release().catch(() => {});
		if (cause instanceof PortholeError) throw cause;
		throw notWritable(folder, cause);
	}
}

/** The server that has a state folder now, as far as this machine knows; undefined when there is none. */
export async function stateFolderHolder(folder: string): Promise<{ readonly pid: number } | undefined> {
	const watch = new Watch(describeProcess(process.pid), Infinity);
	const names = await readdir(folder).catch(() => []);
	for (const name of names.filter(isClaimName)) {
		const found = await readClaim(join(folder, name));
		if (found?.claim.holds && watch.verdict(name, found) !== "dead") return { pid: found.claim.pid };
	}
	return undefined;
}

const isClaimName = (name: string) => /^lock\.\d+\.[0-9a-f]{8}$/.test(name);

/** No two processes have the same: pids are no more than each machine's and container's own. */
function claimName({ pid, host, boot = "", namespace = "" }: Identity): string {
	const place = createHash("sha256")
		.update(JSON.stringify([host, boot, namespace]))
		.digest("hex");
	return `lock.${pid}.${place.slice(0, 8)}`;
}

interface FoundClaim {
	readonly claim: Claim;
	/** Changes when it is touched. */
	readonly touched: bigint;
}

interface OtherClaim {
	readonly name: string;
	readonly claim: Claim;
	/** For sure; else that is being watched. */
	readonly lives: boolean;
}

/** Claims of other processes that run, or may; those of others are removed. */
async function otherClaims(folder: string, mine: string, watch: Watch): Promise<OtherClaim[]> {
	const others: OtherClaim[] = [];
	for (const name of await readdir(folder)) {
		if (!isClaimName(name) || name === mine) continue;
		const found = await readClaim(join(folder, name));
		const verdict = found && watch.verdict(name, found);
		if (!found || verdict === "dead") await rm(join(folder, name), { force: true });
		else others.push({ name, claim: found.claim, lives: verdict === "lives" });
	}
	return others.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Finds out whether the processes of claims live. */
class Watch {
	readonly #me: Identity;
	/** A claim that is not touched for so long is of a process that has ended, ms. */
	readonly #patience: number;
	/** What was seen first, and when. */
	readonly #seen = new Map<string, { readonly touched: bigint; readonly at: number }>();

	constructor(me: Identity, patience: number) {
		this.#me = me;
		this.#patience = patience;
	}

	verdict(name: string, { claim, touched }: FoundClaim): "lives" | "dead" | "unknown" {
		const me = this.#me;
		if (claim.host === me.host && claim.boot !== me.boot) return "dead";
		const isHere = claim.host === me.host && claim.namespace === me.namespace;
		if (isHere && !isRunning(claim.pid)) return "dead";
		const { started } = describeProcess(claim.pid);
		if (isHere && started !== undefined) return started === claim.started ? "lives" : "dead";
		const before = this.#seen.get(name);
		if (!before) this.#seen.set(name, { touched, at: monotonicNow() });
		else if (before.touched !== touched) return "lives";
		else if (monotonicNow() - before.at > this.#patience) return "dead";
		return "unknown";
	}
}

/** Undefined when there is none any more, or none that can be read. */
async function readClaim(path: string): Promise<FoundClaim | undefined> {
	try {
		// Opened anew, as what a network's disk tells of a file that is not may be old.
		await using file = await open(path);
		const claim = v.parse(claimSchema, JSON.parse(await file.readFile("utf8")));
		return { claim, touched: (await file.stat({ bigint: true })).mtimeNs };
	} catch {
		return undefined;
	}
}

async function inUse(folder: string, { pid, host }: Claim): Promise<PortholeError> {
	const serving = await readServing(folder);
	const where = serving?.pid === pid ? ` at ${serving.url}` : "";
	const machine = host === hostname() ? "" : ` on ${host}`;
	return new PortholeError(
		"state-in-use",
		`Porthole already runs${where} (process ${pid}${machine}) with its state in ${folder}. ` +
			"Use that one, end it, or give this one a folder of its own with --state FOLDER.",
	);
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It runs, but belongs to somebody else.
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

type Identity = Omit<Claim, "holds">;

/** On Linux with the start of the machine and of the process, and the namespace in which the pid counts. */
function describeProcess(pid: number): Identity {
	const host = hostname();
	try {
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
		const namespace = readlinkSync("/proc/self/ns/pid");
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// proc(5): the name may hold anything, even brackets; the start is the 22nd field, the 20th after it.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		// One that has ended and that nobody waited for is still listed.
		const started = fields[0] === "Z" ? "ended" : fields[19];
		return { pid, host, boot, namespace, ...(started === undefined ? {} : { started }) };
	} catch {
		return { pid, host };
	}
}

/** What is wrong with a state folder, and what helps. */
export interface StateFault {
	readonly detail: string;
	readonly remedy: string;
}

/** What others can replace or read in a state folder, though all of it is for its user alone. It can be used all the same. */
export async function stateFolderFaults(folder: string): Promise<StateFault[]> {
	const info = await stat(folder).catch(() => undefined);
	if (!info) return [];
	const user = process.getuid?.();
	const isOthers = (uid: number) => user !== undefined && user !== 0 && uid !== user;
	const faults: StateFault[] = [];
	if (isOthers(info.uid)) {
		faults.push({
			detail: `The state folder ${folder} belongs to another user (${info.uid}), who can replace the secrets in it.`,
			remedy: "Choose one of your own with --state FOLDER.",
		});
	}
	// With the sticky bit, as on /tmp, others cannot replace what is there.
	if ((info.mode & 0o022) !== 0 && (info.mode & 0o1000) === 0) {
		faults.push({
			detail: `The state folder ${folder} can be written by other users, who can replace the secrets in it.`,
			remedy: `Run: chmod go-w ${folder}`,
		});
	}
	for (const { path, uid, mode } of await stateFiles(folder)) {
		if (isOthers(uid)) {
			const detail = `${path} belongs to another user (${uid}), who can read and change it.`;
			faults.push({ detail, remedy: `Remove it, or make it yours: chown ${user} ${path}` });
		} else if ((mode & 0o077) !== 0) {
			const detail = `${path} could be read by other users (mode ${(mode & 0o777).toString(8)}).`;
			const remedy = path === join(folder, "keys.json") ? RENEW_KEYS : "A start takes it back from them.";
			faults.push({ detail, remedy });
		}
	}
	return faults;
}

const RENEW_KEYS =
	"A start takes it back from them. If there are others on this computer, remove it to have new secrets made, which ends all links.";

/** Takes what is the user's own in a state folder back from others. */
export async function makePrivate(folder: string): Promise<void> {
	// What is somebody else's stays as it is; that is told as a fault.
	for (const { path } of await stateFiles(folder)) await chmod(path, 0o600).catch(() => {});
}

/** What Porthole keeps in a state folder, with the owner and the mode of each file. */
async function stateFiles(folder: string): Promise<{ path: string; uid: number; mode: number }[]> {
	const names = await readdir(folder).catch(() => []);
	const kept = names.filter((name) =>
		/^((keys|grants|host-keys|rooms|host|serving)\.json|audit\.jsonl(\.1)?)$/.test(name),
	);
	const files = await Promise.all(
		kept.map(async (name) => {
			const path = join(folder, name);
			const info = await stat(path).catch(() => undefined);
			return info?.isFile() ? [{ path, uid: info.uid, mode: info.mode }] : [];
		}),
	);
	return files.flat();
}

/** What the disk of a state folder must have free to be written to, bytes. */
const MIN_FREE = 64 * 1024;

/** Why a state folder cannot be written to, in words; undefined when it can. One that is not there yet is not made. */
export async function stateFolderRefusal(folder: string): Promise<StateFault | undefined> {
	try {
		const info = await stat(folder).catch((error: NodeJS.ErrnoException) => {
			if (error.code === "ENOENT") return undefined;
			throw error;
		});
		if (!info) {
			const above = dirname(folder);
			return above === folder ? undefined : await stateFolderRefusal(above);
		}
		if (!info.isDirectory()) throw Object.assign(new Error("it is a file"), { code: "ENOTDIR" });
		await access(folder, constants.W_OK | constants.X_OK);
		const { bsize, bavail, bfree } = await statfs(folder);
		// Some of a disk may be left for root alone.
		const free = bsize * (process.getuid?.() === 0 ? bfree : bavail);
		if (free < MIN_FREE) throw Object.assign(new Error(`${free} bytes are free`), { code: "ENOSPC" });
		return undefined;
	} catch (cause) {
		return whyNotWritable(folder, cause);
	}
}
