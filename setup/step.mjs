import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { whenParentIsGone } from "./parent.mjs";

/** The clone's top folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const stampFolder = join(root, ".setup");

/** A failure that the person who ran the command can do something about. */
export class SetupError extends Error {}

/** Digest of files' paths and contents, so that a step runs again exactly when its input changed. */
export function digestOf(paths) {
	const hash = createHash("sha256").update(process.arch);
	for (const path of paths.flatMap((path) => filesUnder(join(root, path)))) {
		hash.update(`${relative(root, path)}\n`).update(readFileSync(path));
	}
	return hash.digest("hex");
}

/** Whether a step's last success had this digest. */
export function isDone(step, digest) {
	try {
		return readFileSync(join(stampFolder, step), "utf8") === digest;
	} catch {
		return false;
	}
}

/** Notes a step's success; called last, so that an interrupted step runs again. */
export function markDone(step, digest) {
	mkdirSync(stampFolder, { recursive: true });
	writeFileSync(join(stampFolder, step), digest);
}

/** Programs that run now, with whether they are to come to their end. */
const running = new Map();
let isEnding = false;

/**
 * Ends the set-up and every program that it runs when a signal asks for that, or when npm is gone. One that must not be cut
 * off is waited for.
 */
export function endWhenAsked() {
	const end = () => {
		if (isEnding) return;
		isEnding = true;
		for (const [child, isShielded] of running) {
			if (isShielded) continue;
			try {
				process.kill(-child.pid, "SIGTERM");
			} catch {
				// It has ended meanwhile, or never began.
			}
		}
		if ([...running.values()].some((isShielded) => isShielded)) say("Ending when this is done");
		else process.exit(1);
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
	whenParentIsGone(end);
}

/** Says what is being done. */
export function say(text) {
	process.stdout.write(`· ${text}\n`);
}

/**
 * Runs a program and shows, while it works, that it does. Its output is shown when it fails.
 * Throws SetupError with `remedy` when it does. `isShielded`: it comes to its end whatever ends the set-up, and keeps its
 * terminal.
 */
export async function run(label, command, args, options = {}) {
	const { env = {}, remedy = "", cwd = root, isShielded = false } = options;
	const begun = performance.now();
	const seconds = () => ((performance.now() - begun) / 1000).toFixed(0);
	say(`${label} …`);
	const ticker = setInterval(() => say(`${label}: ${seconds()} s`), 10_000);
	const output = [];
	const child = spawn(command, args, {
		cwd,
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
		// A group of its own, which can be ended with all that it started.
		detached: !isShielded,
	});
	running.set(child, isShielded);
	child.stdout.on("data", (chunk) => output.push(chunk));
	child.stderr.on("data", (chunk) => output.push(chunk));
	const code = await new Promise((done) => {
		child.on("error", (error) => {
			output.push(Buffer.from(`${error.message}\n`));
			done(-1);
		});
		child.on("close", done);
	});
	clearInterval(ticker);
	running.delete(child);
	if (isEnding) process.exit(1);
	if (code === 0) return say(`${label}: done in ${seconds()} s`);
	process.stderr.write(Buffer.concat(output).subarray(-8000));
	throw new SetupError(`${label} failed (${command} ended with ${code}).${remedy && ` ${remedy}`}`);
}

/** The Node that everything runs on: the one npm installed where there is one, else this one. */
export function nodeProgram() {
	const installed = join(root, "node_modules", ".bin", "node");
	return isFile(installed) ? installed : process.execPath;
}

export function isFile(path) {
	return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function filesUnder(path) {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (!stat) return [];
	if (stat.isFile()) return [path];
	return readdirSync(path)
		.filter((name) => name !== "build" && name !== "node_modules")
		.sort()
		.flatMap((name) => filesUnder(join(path, name)));
}
