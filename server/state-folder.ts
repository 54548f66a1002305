import { readFileSync, readlinkSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { notWritable, writePrivate } from "../signaling/private-file.ts";
import { PortholeError } from "../signaling/protocol/errors.ts";
import { readServing } from "./serving-file.ts";

const claimSchema = v.object({
	pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
	/** Tells a process from a later one of the same pid; absent where the system does not say. */
	started: v.exactOptional(v.pipe(v.string(), v.maxLength(200))),
	/** It has the folder; else it is about to find out whether it may. */
	holds: v.boolean(),
});

type Claim = v.InferOutput<typeof claimSchema>;

/** A state folder that no other server uses. */
export interface StateLock {
	/** Lets others have it; may be called twice. */
	release(): Promise<void>;
}

/** How long servers that start at the same time are waited for: so often, so many ms. */
const LOOKS = 200;
const LOOK_EVERY = 25;

/**
 * Takes a state folder for this process alone: two servers on one would undo each other's changes. What a process left
 * behind that ended without releasing it, also before a restart of the machine, keeps nobody out. Throws PortholeError
 * `state-in-use`, or `state-not-writable`.
 *
 * Each server lays a claim, then looks for others: one that holds the folder keeps it, of those that have just come the
 * lowest pid gets it. Whoever comes later has been seen, or sees.
 */
export async function lockStateFolder(folder: string): Promise<StateLock> {
	const path = claimPath(folder, process.pid);
	const me = describeProcess(process.pid);
	try {
		const mine = await readClaim(path);
		if (mine && isSame(mine, me)) throw await inUse(folder, mine);
		await writePrivate(path, JSON.stringify({ ...me, holds: false } satisfies Claim));
		for (let looks = 0; looks < LOOKS; looks++) {
			const others = await otherClaims(folder);
			const first = others.find(({ pid, holds }) => holds || pid < process.pid);
			if (first) {
				await rm(path, { force: true });
				throw await inUse(folder, first);
			}
			if (others.length === 0) {
				await writePrivate(path, JSON.stringify({ ...me, holds: true } satisfies Claim));
				return { release: () => rm(path, { force: true }) };
			}
			await delay(LOOK_EVERY);
		}
		throw new Error("another server takes too long to start on it");
	} catch (cause) {
		if (cause instanceof PortholeError) throw cause;
		throw notWritable(folder, cause);
	}
}

/**
 * What is wrong with a state folder that can be used all the same, in words; undefined when nothing is. The files in it are
 * for the user alone, but who may write to the folder can put others in their place.
 */
export async function stateFolderFault(folder: string): Promise<string | undefined> {
	const info = await stat(folder).catch(() => undefined);
	if (!info) return undefined;
	const user = process.getuid?.();
	if (user !== undefined && user !== 0 && info.uid !== user)
		return `The state folder ${folder} belongs to another user (${info.uid}), who can replace the secrets in it. Choose one of your own with --state FOLDER.`;
	// With the sticky bit, as on /tmp, others cannot replace what is there.
	const isOpen = (info.mode & 0o022) !== 0 && (info.mode & 0o1000) === 0;
	if (!isOpen) return undefined;
	return `The state folder ${folder} can be written by other users, who can replace the secrets in it. Run: chmod go-w ${folder}`;
}

const claimPath = (folder: string, pid: number) => join(folder, `lock.${pid}`);

/** Claims of other processes that run; those of others are removed. */
async function otherClaims(folder: string): Promise<Claim[]> {
	const claims: Claim[] = [];
	for (const name of await readdir(folder)) {
		const pid = /^lock\.([1-9]\d{0,9})$/.exec(name)?.[1];
		if (pid === undefined || Number(pid) === process.pid) continue;
		const claim = await readClaim(join(folder, name));
		if (claim?.pid === Number(pid) && isAlive(claim)) claims.push(claim);
		else await rm(join(folder, name), { force: true });
	}
	return claims.sort((one, other) => one.pid - other.pid);
}

/** Undefined when there is none any more, or none that can be read. */
async function readClaim(path: string): Promise<Claim | undefined> {
	try {
		return v.parse(claimSchema, JSON.parse(await readFile(path, "utf8")));
	} catch {
		return undefined;
	}
}

async function inUse(folder: string, { pid }: Claim): Promise<PortholeError> {
	const serving = await readServing(folder);
	const where = serving?.pid === pid ? ` at ${serving.url}` : "";
	return new PortholeError(
		"state-in-use",
		`Porthole already runs${where} (process ${pid}) with its state in ${folder}. ` +
			"Use that one, end it, or give this one a folder of its own with --state FOLDER.",
	);
}

function isAlive(claim: Claim): boolean {
	try {
		process.kill(claim.pid, 0);
	} catch (error) {
		// It runs, but belongs to somebody else.
		if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
	}
	return isSame(claim, describeProcess(claim.pid));
}

type Identity = Pick<Claim, "pid" | "started">;

function isSame(one: Identity, other: Identity): boolean {
	return one.pid === other.pid && one.started === other.started;
}

/** On Linux with the start of the machine and of the process, and the namespace in which the pid counts. */
function describeProcess(pid: number): Identity {
	try {
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
		const namespace = readlinkSync("/proc/self/ns/pid");
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// proc(5): the name may hold anything, even brackets; the start is the 22nd field, the 20th after it.
		const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
		return { pid, started: `${boot} ${namespace} ${start}` };
	} catch {
		return { pid };
	}
}
