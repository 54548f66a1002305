import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../../setup/step.mjs";
import { end } from "./x-display.ts";

const START_LIMIT_MS = 50_000;

/** `porthole hxfr` in a process of its own. */
export interface HxfrHost {
	readonly pid: number;
	/** Where it listens, with the ports it chose, such as `tcp:127.0.0.1:40123`. */
	readonly addresses: readonly string[];
	/** Ends it at once, as a crash does: nothing is closed or removed. */
	kill(): Promise<void>;
	close(): Promise<void>;
}

/** Starts the host end of HXFR and waits until it listens. */
export async function startHxfrHost(options: {
	readonly listen: readonly string[];
	readonly devices: readonly string[];
	readonly arguments?: readonly string[];
}): Promise<HxfrHost> {
	const args = [
		...options.listen.flatMap((address) => ["--listen", address]),
		...options.devices.flatMap((spec) => ["--device", spec]),
		...(options.arguments ?? []),
	];
	const child = spawn(process.execPath, [join(root, "server", "cli", "main.ts"), "hxfr", ...args], {
		stdio: ["ignore", "pipe", "pipe"],
	});
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said = (said + text).slice(-10_000);
	});
	const late = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
	try {
		const addresses = await announced(child);
		if (!addresses) throw new Error(`porthole hxfr ${args.join(" ")} does not listen: ${said}`);
		const kill = async () => {
			const gone = new Promise((resolve) => child.once("exit", resolve));
			child.kill("SIGKILL");
			await gone;
		};
		return { pid: child.pid as number, addresses, kill, close: () => end(child) };
	} catch (error) {
		await end(child);
		throw error;
	} finally {
		clearTimeout(late);
	}
}

async function announced(child: ChildProcess): Promise<string[] | undefined> {
	if (!child.stdout) return undefined;
	for await (const line of createInterface({ input: child.stdout })) {
		const addresses = /^Listening on: (.*)$/.exec(line)?.[1];
		if (addresses === undefined) continue;
		child.stdout.resume();
		return addresses.split(", ");
	}
	return undefined;
}
