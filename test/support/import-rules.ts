import { type Import, importsOf, type SourceFile } from "./source-tree.ts";

/** A rule of ARCHITECTURE.md: whether an import breaks it. */
interface ImportRule {
	readonly name: string;
	breaks(one: Import): boolean;
}

/** The folder of a kind of device or of a media engine, such as `server/devices/x11`. */
const kindOf = (path: string | undefined) => /^server\/(devices|webrtc)\/[^/]+(?=\/)/.exec(path ?? "")?.[0];
const isIn = (path: string | undefined, ...folders: string[]) =>
	folders.some((folder) => path?.startsWith(`${folder}/`) || path === folder);
const isPackage = (name: string, ...packages: string[]) =>
	packages.some((one) => name === one || name.startsWith(`${one}/`) || name.startsWith(`${one}-`));

/** Media engines have a folder each; what they share lies beside them. */
const engines = ["server/webrtc/werift", "server/webrtc/mediasoup"];
/** What only the composition root may bring together: `server/index.ts` and its pieces. */
const parts = ["server/host/host.ts", "signaling/http/listener.ts"];
const root = [
	"server/index.ts",
	"server/start-host.ts",
	"server/start-signaling.ts",
	"server/shared-state.ts",
];

export const importRules: readonly ImportRule[] = [
	{
		name: "signaling/protocol imports nothing of ours and nothing of Node",
		breaks: ({ from, to, name }) =>
			isIn(from, "signaling/protocol") && !isIn(to, "signaling/protocol") && name !== "valibot",
	},
	{
		name: "app imports of the rest only signaling/protocol and signaling/client.ts, and nothing of Node",
		breaks: ({ from, to, name }) =>
			isIn(from, "app") &&
			(to === undefined
				? name.startsWith("node:") || name === "?"
				: !isIn(to, "app", "signaling/protocol", "signaling/client.ts")),
	},
	{
		name: "what app imports of signaling runs in a browser",
		breaks: ({ from, to, name }) =>
			isIn(from, "signaling/client.ts", "signaling/backoff.ts") &&
			(to === undefined
				? name !== "valibot"
				: !isIn(to, "signaling/protocol", "signaling/client.ts", "signaling/backoff.ts")),
	},
	{
		name: "signaling imports neither server nor app",
		breaks: ({ from, to, name }) =>
			isIn(from, "signaling") && (name === "?" || (to !== undefined && !isIn(to, "signaling"))),
	},
	{
		name: "server/devices never imports hosts, streams, viewers, media, gateways, the command line or another kind of device",
		breaks: ({ from, to }) =>
			isIn(from, "server/devices") &&
			(isIn(
				to,
				"server/host",
				"server/streams",
				"server/viewers",
				"server/webrtc",
				"server/gateways",
				"server/cli",
				"server/index.ts",
				"app",
			) ||
				(isIn(to, "server/devices") && kindOf(to) !== undefined && kindOf(to) !== kindOf(from))),
	},
	{
		name: "media never imports a kind of device, hosts, streams, viewers or gateways",
		breaks: ({ from, to }) =>
			isIn(from, "server/webrtc", "server/h264") &&
			(isIn(
				to,
				"server/host",
				"server/streams",
				"server/viewers",
				"server/gateways",
				"server/cli",
				"server/index.ts",
				"app",
			) ||
				(isIn(to, "server/devices") && kindOf(to) !== undefined)),
	},
	{
		name: "werift and mediasoup appear only under server/webrtc/<name>",
		breaks: ({ from, name }) =>
			["werift", "mediasoup"].some(
				(engine) => isPackage(name, engine) && !isIn(from, `server/webrtc/${engine}`),
			),
	},
	{
		name: "only signaling/cluster imports a client of Redis, and what is there is loaded when it is wanted",
		breaks: ({ from, to, name }) =>
			(isPackage(name, "@redis") && !isIn(from, "signaling/cluster")) ||
			(isIn(to, "signaling/cluster") &&
				!isIn(from, "signaling/cluster", "server/shared-state.ts") &&
				to !== "signaling/cluster/redis-address.ts"),
	},
	{
		name: "only server/native/load.ts imports the addon",
		breaks: ({ from, name }) => name.endsWith(".node") && from !== "server/native/load.ts",
	},
	{
		name: "only server/index.ts and what it starts wire parts together",
		breaks({ from, to }) {
			if (isIn(from, ...root) || to === undefined) return false;
			const kind = kindOf(to);
			const wired =
				parts.includes(to) ||
				isIn(to, ...engines) ||
				(isIn(to, "server/devices") && kind !== undefined) ||
				(isIn(to, ...root) && to !== "server/index.ts") ||
				(to === "server/index.ts" && !isIn(from, "server/cli"));
			return wired && !(kind !== undefined && kind === kindOf(from));
		},
	},
];

/** Every import that breaks a rule, as a line to read. */
export function brokenRules(sources: readonly SourceFile[]): string[] {
	return sources
		.flatMap(importsOf)
		.flatMap((one) =>
			importRules
				.filter((rule) => rule.breaks(one))
				.map((rule) => `${one.from} imports ${one.name}: ${rule.name}`),
		);
}

/** Circles of imports, each once: `a → b → a`. */
export function circles(sources: readonly SourceFile[]): string[] {
	const to = new Map<string, string[]>();
	for (const one of sources.flatMap(importsOf))
		if (one.to !== undefined) to.set(one.from, [...(to.get(one.from) ?? []), one.to]);
	const found: string[] = [];
	const done = new Set<string>();
	const follow = (path: string, above: readonly string[]): void => {
		if (above.includes(path)) found.push([...above.slice(above.indexOf(path)), path].join(" → "));
		else if (!done.has(path)) {
			for (const next of to.get(path) ?? []) follow(next, [...above, path]);
			done.add(path);
		}
	};
	for (const { path } of sources) follow(path, []);
	return found;
}
