import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { end } from "./x-display.ts";

const PROGRAM = resolve(import.meta.dirname, "..", "..", "server", "cli", "main.ts");
const START_LIMIT_MS = 50_000;
/** What is kept of its standard error, characters; the oldest are dropped. */
const MAX_LOG = 100_000;

/** Where a browser finds Porthole, and what opens it. */
export interface Address {
	/** Where the page is, such as `http://localhost:40123`. */
	readonly origin: string;
	readonly ownerToken: string;
}

/** Porthole as its users start it, in a process of its own. */
export interface Product extends Address {
	readonly pid: number;
	readonly port: number;
	readonly deviceIds: readonly string[];
	/** What an edge is started with, if edges may join: the arguments of `porthole edge`. */
	readonly edgeArguments: readonly string[];
	/** What it has written to its standard error so far. */
	log(): string;
	/** Whether it still runs. */
	running(): boolean;
	/** Sends a signal and waits until it has gone; tells how it went and how long that took, ms. */
	stop(signal: NodeJS.Signals): Promise<Exit>;
	/** Ends it, if it still runs, and removes what it kept. */
	close(): Promise<void>;
}

/** How a process ended. */
export interface Exit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** From the signal to the end, ms. */
	readonly took: number;
}

export interface ProductOptions {
	/** Device specs, such as `x11::7`. */
	readonly devices: readonly string[];
	/** A free one when absent. */
	readonly port?: number;
	/** State folder, for starting again with the same secrets; the caller removes it. One of its own when absent. */
	readonly state?: string;
	/** Further arguments of `serve`. */
	readonly arguments?: readonly string[];
	/** Further environment variables. */
	readonly environment?: Readonly<Record<string, string>>;
	/** What the command line begins with, such as `ip netns exec NAME`. */
	readonly within?: readonly string[];
	/** Another main program than the clone's: Node runs it as it is. */
	readonly program?: string;
	/** Folder for a CPU profile of the run (`--cpu-prof`). */
	readonly profile?: string | undefined;
	/** What it complains of is shown as it comes, too. */
	readonly echo?: boolean;
	/** Connections that it gets as file descriptors from 3 on. */
	readonly connections?: readonly Socket[];
}

/** Starts `porthole serve` and waits until a browser can open it. */
export async function startProduct(options: ProductOptions): Promise<Product> {
	const state = options.state ?? (await newStateFolder());
	const profiling = options.profile ? ["--cpu-prof", `--cpu-prof-dir=${resolve(options.profile)}`] : [];
	const devices = options.devices.flatMap((spec) => ["--device", spec]);
	const command = ["serve", "--port", String(options.port ?? 0), "--state", state];
	command.push(...devices, ...(options.arguments ?? []));
	const [program = "", ...first] = [...(options.within ?? []), process.execPath];
	const child = spawn(program, [...first, ...profiling, options.program ?? PROGRAM, ...command], {
		stdio: ["ignore", "pipe", "pipe", ...(options.connections ?? [])],
		env: { ...process.env, ...options.environment },
	});
	const log = keepLog(child, options.echo ?? false);
	const close = async () => {
		await end(child);
		if (options.state === undefined) await rm(state, { recursive: true, force: true });
	};
	const late = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
	try {
		const opened = await readAnnouncement(child);
		if (!opened) throw new Error(`porthole ${command.join(" ")} could not be opened: ${log()}`);
		return {
			...opened,
			pid: child.pid as number,
			log,
			running: () => child.exitCode === null && child.signalCode === null,
			stop: (signal) => stop(child, signal),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	} finally {
		clearTimeout(late);
	}
}

/** A folder for secrets; whoever asks for it removes it. */
export function newStateFolder(): Promise<string> {
	return mkdtemp(join(tmpdir(), "porthole-test-"));
}

/** Asks the product's API for a text as the owner. */
export async function askAsOwner(product: Address, path: string): Promise<string> {
	const headers = { authorization: `Bearer ${product.ownerToken}` };
	const response = await fetch(product.origin + path, { headers });
	if (!response.ok) throw new Error(`${path} answers ${response.status}`);
	return response.text();
}

/** A counter or gauge of `GET /metrics` with these labels; 0 while it was never counted. */
export async function readMetric(
	product: Address,
	name: string,
	labels: Readonly<Record<string, string>> = {},
): Promise<number> {
	const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
	const series = pairs.length > 0 ? `${name}{${pairs.join(",")}}` : name;
	const lines = (await askAsOwner(product, "/metrics")).split("\n");
	const line = lines.find((candidate) => candidate.startsWith(`${series} `));
	return Number(line?.slice(series.length + 1) ?? 0);
}

/** A browser's cookie with every right, as the page gets it for the owner's token. */
export async function ownerCookie(product: Address): Promise<{ name: string; value: string; url: string }> {
	const response = await fetch(`${product.origin}/api/session`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ token: product.ownerToken }),
	});
	const [name, value] = (response.headers.get("set-cookie") ?? "").split(";", 1)[0]?.split("=", 2) ?? [];
	if (!response.ok || !name || !value) throw new Error(`no cookie for the owner: HTTP ${response.status}`);
	return { name, value, url: product.origin };
}

/** Reads what `serve` says once it can be opened; undefined when it ends before. */
async function readAnnouncement(child: ChildProcess) {
	const { stdout } = child;
	if (!stdout) return undefined;
	let deviceIds: string[] = [];
	let edgeArguments: string[] = [];
	for await (const line of createInterface({ input: stdout })) {
		const listed = /^Devices: (.*)$/.exec(line)?.[1];
		if (listed !== undefined) deviceIds = listed.split(", ");
		const joining = /^Edges join with: npx porthole edge (.*)$/.exec(line)?.[1];
		if (joining !== undefined) edgeArguments = joining.split(" ");
		const [, origin, ownerToken] = /^Open (\S+?)\/#token=(\S+)$/.exec(line) ?? [];
		if (!origin || !ownerToken) continue;
		stdout.resume();
		return { origin, ownerToken, deviceIds, edgeArguments, port: Number(new URL(origin).port) };
	}
	return undefined;
}

function keepLog(child: ChildProcess, echo: boolean): () => string {
	let text = "";
	child.stderr?.setEncoding("utf8").on("data", (said: string) => {
		text = (text + said).slice(-MAX_LOG);
		if (echo) process.stderr.write(said);
	});
	return () => text;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<Exit> {
	const since = performance.now();
	const gone = once(child, "exit");
	child.kill(signal);
	const [code, endedBy] = (await gone) as [number | null, NodeJS.Signals | null];
	return { code, signal: endedBy, took: performance.now() - since };
}
