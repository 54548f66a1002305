import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { end } from "../../support/x-display.ts";
import type { PeersAnnouncement, PeersKind } from "./messages.ts";

const PROGRAM = resolve(import.meta.dirname, "main.ts");
const START_LIMIT_MS = 20_000;

/** One way to send, in a process of its own. */
export interface PeersProcess {
	readonly origin: string;
	readonly pids: readonly number[];
	close(): Promise<void>;
}

/** Starts it with a recording and waits until receivers can connect. */
export async function startPeers(kind: PeersKind, recording: string): Promise<PeersProcess> {
	const child = spawn(process.execPath, [PROGRAM, kind, recording], { stdio: ["ignore", "pipe", "inherit"] });
	try {
		const lines = createInterface({ input: child.stdout });
		const [line] = await once(lines, "line", { signal: AbortSignal.timeout(START_LIMIT_MS) });
		const { port, pids } = JSON.parse(line) as PeersAnnouncement;
		return { origin: `http://127.0.0.1:${port}`, pids, close: () => end(child) };
	} catch (error) {
		await end(child);
		throw error;
	}
}
