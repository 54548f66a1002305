import { chmod, chown, cp, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, findProgram, Program, type ProgramOptions } from "./program.ts";

/**
 * What programs on a desktop can reach of this computer. `separate-user`: what any user can; `without-secrets`: all that
 * the owner can, but not Porthole's state folder and processes; `owner`: all that the owner can.
 */
export type DesktopReach = "separate-user" | "without-secrets" | "owner";

/** How the programs of one desktop are run, so that whoever controls it does not have Porthole's secrets. */
export interface Confinement {
	readonly reach: DesktopReach;
	/** The user that programs run as; this process's own when absent. */
	readonly user?: number;
	/** Where programs start, and what they have as their home. */
	readonly home: string;
	/** The same program, confined. */
	confine(options: ProgramOptions): ProgramOptions;
	/** Makes a folder of ours readable for the programs; gives where it is for them. */
	lend(folder: string): Promise<string>;
	/** Removes what was made for it. */
	close(): Promise<void>;
}

/** Users of desktops, without an entry in /etc/passwd: none of Debian's own are there (Debian policy, 9.2.2). */
const FIRST_USER = 62_000;

/**
 * Finds how a desktop can be confined on this machine. Where this process is root, by a user of the desktop's own;
 * otherwise by namespaces, where the system lets users have some.
 *
 * @param number of the desktop, from 1. @param hidden the folder with secrets.
 */
export async function findConfinement(
	number: number,
	hidden: string | undefined,
	environment: Environment,
): Promise<Confinement> {
	const [setpriv, unshare] = await Promise.all(
		["setpriv", "unshare"].map((name) => findProgram(name, environment)),
	);
	if (setpriv && process.getuid?.() === 0) {
		const user = FIRST_USER + number;
		const command = [setpriv, ...asUser(user)];
		if (await works(command, environment)) return separateUser(user, command);
	} else if (setpriv && unshare && hidden !== undefined) {
		const command = withoutFolder(unshare, setpriv, await realpath(hidden).catch(() => hidden));
		if (await works(command, environment)) return confined("without-secrets", command);
	}
	return unconfined();
}

/** Programs can do all that this process can. */
export function unconfined(): Confinement {
	return confined("owner", []);
}

/** A user without an entry has no name, which shells remark on. */
const PROMPT = "PS1='desktop:\\w\\$ '\n";

/** What desktops on this machine would be confined by, for a report. */
export async function desktopReach(hidden: string, environment: Environment): Promise<DesktopReach> {
	const confinement = await findConfinement(0, hidden, environment);
	await confinement.close();
	return confinement.reach;
}

function asUser(user: number): string[] {
	return [`--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--no-new-privs", "--bounding-set=-all"];
}

/**
 * In namespaces of its own a program sees an empty folder in place of the hidden one, which nobody without rights over
 * these namespaces can take away again, and no process but those that it has started (user_namespaces(7),
 * mount_namespaces(7)). The shell passes on the request to end, which the first process of a namespace would not notice.
 */
function withoutFolder(unshare: string, setpriv: string, hidden: string): string[] {
	const script = `
		mount -t tmpfs -o size=4k,mode=0500 hidden "$1" || exit 120
		shift
		"$@" &
		trap 'kill -TERM $! 2>/dev/null' TERM
		while kill -0 $! 2>/dev/null; do wait $!; how=$?; done
		exit $how
	`;
	const unprivileged = [
		setpriv,
		"--no-new-privs",
		"--inh-caps=-all",
		"--ambient-caps=-all",
		"--bounding-set=-all",
	];
	return [
		...[unshare, "--user", "--map-current-user", "--keep-caps", "--mount", "--pid", "--mount-proc", "--fork"],
		...["--kill-child", "/bin/sh", "-c", script, "sh", hidden, ...unprivileged],
	];
}

async function works([command = "", ...args]: readonly string[], environment: Environment): Promise<boolean> {
	const program = new Program({ command, arguments: [...args, "true"], environment, folder: "/" });
	return (await program.ended) === "ended with exit code 0";
}

async function separateUser(user: number, command: readonly string[]): Promise<Confinement> {
	const home = await mkdtemp(join(tmpdir(), "porthole-home-"));
	await writeFile(join(home, ".bashrc"), PROMPT);
	await Promise.all([home, join(home, ".bashrc")].map((path) => chown(path, user, user)));
	const lent = await mkdtemp(join(tmpdir(), "porthole-lent-"));
	await chmod(lent, 0o755);
	return {
		...confined("separate-user", command),
		user,
		home,
		async lend(folder) {
			await cp(folder, lent, { recursive: true });
			return lent;
		},
		async close() {
			await Promise.all([home, lent].map((folder) => rm(folder, { recursive: true, force: true })));
		},
	};
}

function confined(reach: DesktopReach, [command, ...args]: readonly string[]): Confinement {
	return {
		reach,
		home: homedir(),
		confine: (options) =>
			command === undefined
				? options
				: { ...options, command, arguments: [...args, options.command, ...options.arguments] },
		lend: async (folder) => folder,
		async close() {},
	};
}
