import { readdirSync, readFileSync } from "node:fs";
import { whenParentIsGone } from "../../setup/parent.mjs";

/**
 * Makes a signal, and the end of the npm that started it, end this process with every program that it has started, and
 * those that they have: servers, browsers and displays would go on without anybody to end them.
 */
export function endTogether(): void {
	const end = () => {
		for (const pid of descendantsOf(process.pid)) {
			try {
				process.kill(pid, "SIGTERM");
			} catch {
				// It has ended meanwhile.
			}
		}
		process.exit(1);
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
	whenParentIsGone(end);
}

/** As far as /proc tells (proc(5)); none where there is no /proc. */
function descendantsOf(ancestor: number): number[] {
	if (process.platform !== "linux") return [];
	const children = new Map<number, number[]>();
	for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		const parent = parentOf(entry);
		if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
	}
	const under = (pid: number): number[] =>
		(children.get(pid) ?? []).flatMap((child) => [child, ...under(child)]);
	return under(ancestor);
}

function parentOf(pid: string): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// The name before may hold anything, even brackets.
		return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
	} catch {
		return undefined;
	}
}
