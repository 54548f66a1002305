import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** How often it is looked whether the parent still runs, ms. */
const LOOK_EVERY = 500;

/** Shells between npm and what it runs, at most. */
const MAX_SHELLS = 2;

/**
 * Calls back once the process is gone that this one is to end with: npm passes on some signals and, when it is killed,
 * none, and what it started would go on as an orphan. That process is the one that `PORTHOLE_PARENT` names, which the
 * scripts of package.json set as they start, else npx, else whatever started this in an npm script. What a shell or a
 * service manager starts is watched for nothing, as it may outlive them.
 *
 * @param {() => void} callback
 * @param {Record<string, string | undefined>} env
 */
export function whenParentIsGone(callback, env = process.env) {
	const named = Number(env.PORTHOLE_PARENT);
	// It is the parent of this process alone, not of what this one starts.
	delete env.PORTHOLE_PARENT;
	if (!(named > 0) && env.npm_lifecycle_event === undefined) return;
	const parent = process.ppid;
	const ancestor = named > 0 ? named : (npmAbove(parent, env) ?? parent);
	const isThere = () => process.ppid === parent && (parent === ancestor || isAbove(ancestor, parent));
	if (!isThere()) return queueMicrotask(callback);
	const timer = setInterval(() => {
		if (isThere()) return;
		clearInterval(timer);
		callback();
	}, LOOK_EVERY);
	timer.unref();
}

/** The npx that runs a shell that runs this; undefined where it is no npx, or none is to be found. */
function npmAbove(parent, env) {
	if (env.npm_lifecycle_event !== "npx") return undefined;
	for (let pid = parent, shells = 0; pid > 1 && shells <= MAX_SHELLS; shells++) {
		const { above, command } = describe(pid) ?? {};
		// npm calls itself by what it was asked for.
		if (/^(npm|npx)\b|\b(npm|npx)-cli\b/.test(command ?? "")) return pid;
		pid = above ?? 0;
	}
	return undefined;
}

/** Whether a process still is above another one, a few shells between them. */
function isAbove(ancestor, pid) {
	if (process.platform !== "linux") return isRunning(ancestor);
	for (let at = pid, shells = 0; at > 1 && shells < MAX_SHELLS; shells++) {
		at = describe(at)?.above ?? 0;
		if (at === ancestor) return true;
	}
	return false;
}

/** A process's parent and what it calls itself. */
function describe(pid) {
	if (process.platform !== "linux") return describeByPs(pid);
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// proc(5): the name before may hold anything, even brackets.
		const above = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
		const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
		return { above, command };
	} catch {
		return undefined;
	}
}

/** Costs a program each time: for the start alone. Not yet run on a Mac. */
function describeByPs(pid) {
	const { stdout } = spawnSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" });
	const [, above, command] = /^\s*(\d+)\s+(.*)/.exec(stdout ?? "") ?? [];
	return above === undefined ? undefined : { above: Number(above), command };
}

function isRunning(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === "EPERM";
	}
}
