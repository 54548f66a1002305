import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../setup/step.mjs";
import { clockFaults } from "./support/clock-rules.ts";
import { brokenRules, circles, importRules } from "./support/import-rules.ts";
import { importsOf, readSources } from "./support/source-tree.ts";

const folders = [".ci", "app", "bin", "native", "server", "setup", "signaling"];
const everything = readSources([...folders, "test"]);
const sources = everything.filter(({ path }) => !path.startsWith("test/"));
const code = sources.filter(({ path }) => /\.(ts|tsx|mjs)$/.test(path));

describe("the import rules", () => {
	it("are kept by every file", () => {
		expect(code.length).toBeGreaterThan(100);
		expect(brokenRules(code)).toEqual([]);
	});

	it("are about imports that lead somewhere", () => {
		const paths = new Set(everything.map(({ path }) => path));
		const lost = code
			.flatMap(importsOf)
			.filter(({ to }) => to !== undefined && /\.(ts|tsx|mjs)$/.test(to) && !paths.has(to));
		// Next writes its own types beside ours.
		expect(lost.filter(({ from }) => from !== "next-env.d.ts")).toEqual([]);
	});

	it("lead in no circle", () => {
		expect(circles(code)).toEqual([]);
		const [a, b] = [
			{ path: "server/a.ts", text: 'import "./b.ts";' },
			{ path: "server/b.ts", text: 'import type { A } from "./a.ts";' },
		];
		expect(circles([a, b])).toEqual(["server/a.ts → server/b.ts → server/a.ts"]);
	});

	it("read imports of every form", () => {
		const text = `
			import a from "one";
			import type { B } from "./two.ts";
			import { type C } from "../three.ts";
			import "four";
			export * from "./five.ts";
			export type { D } from "./six.ts";
			const e = await import("./seven.ts");
			const f = require("eight");
			type G = import("./nine.ts").G;
			const h = await import(name);
			// import "./not-me.ts"; and "import './nor-me.ts'"
		`;
		expect(importsOf({ path: "server/x/y.ts", text }).map(({ name, to }) => to ?? name)).toEqual(
			expect.arrayContaining([
				"one",
				"server/x/two.ts",
				"server/three.ts",
				"four",
				"server/x/five.ts",
				"server/x/six.ts",
				"server/x/seven.ts",
				"eight",
				"server/x/nine.ts",
				"?",
			]),
		);
		expect(importsOf({ path: "server/x/y.ts", text })).toHaveLength(10);
	});

	const violations: [string, string][] = [
		["signaling/protocol/a.ts", 'import { x } from "../client.ts";'],
		["signaling/protocol/a.ts", 'import { Buffer } from "node:buffer";'],
		["signaling/protocol/a.ts", 'import type { WebSocket } from "ws";'],
		["app/viewer/a.ts", 'import type { Device } from "../../server/devices/provider.ts";'],
		["app/viewer/a.ts", 'import { Access } from "../../signaling/auth/access.ts";'],
		["app/components/a.tsx", 'const fs = await import("node:fs");'],
		["signaling/client.ts", 'import { createHash } from "node:crypto";'],
		["signaling/client.ts", 'import { Access } from "./auth/access.ts";'],
		["signaling/http/a.ts", 'export type { Log } from "../../server/log.ts";'],
		["signaling/rooms/a.ts", 'import { place } from "../../app/viewer/place.ts";'],
		["signaling/http/b.ts", "const store = await import(name);"],
		["signaling/http/b.ts", 'import { createClient } from "@redis/client";'],
		["server/index.ts", 'import { RedisLink } from "../signaling/cluster/redis-link.ts";'],
		["server/devices/x11/a.ts", 'import { InputMerge } from "../../viewers/input-merge.ts";'],
		["server/devices/x11/a.ts", 'import type { Track } from "../../webrtc/media.ts";'],
		["server/devices/x11/a.ts", 'import { damage } from "../demo/damage.ts";'],
		["server/devices/registry.ts", 'import { provider } from "./demo/provider.ts";'],
		["server/webrtc/rtp/a.ts", 'import { damage } from "../../devices/demo/damage.ts";'],
		["server/webrtc/werift/a.ts", 'import { Host } from "../../host/host.ts";'],
		["server/webrtc/rtp/a.ts", 'import { RTCPeerConnection } from "werift";'],
		["server/webrtc/werift/a.ts", 'import * as mediasoup from "mediasoup";'],
		["server/viewers/a.ts", 'import { RtpHeader } from "werift-rtp";'],
		["server/devices/x11/source.ts", 'const addon = require("../../../native/build/Release/porthole.node");'],
		["server/host/host.ts", 'import { WeriftEngine } from "../webrtc/werift/engine.ts";'],
		["server/cli/devices.ts", 'import { Host } from "../host/host.ts";'],
		["server/cli/doctor/a.ts", 'import { createX11Provider } from "../../devices/x11/provider.ts";'],
		["server/viewers/a.ts", 'import { serve } from "../index.ts";'],
		["server/cli/a.ts", 'import { createHost } from "../start-host.ts";'],
	];

	it.each(violations)("find a fault in %s: %s", (path, text) => {
		expect(brokenRules([{ path, text }])).not.toEqual([]);
	});

	it("are each broken by one of these faults", () => {
		const found = brokenRules(violations.map(([path, text]) => ({ path, text }))).join("\n");
		for (const { name } of importRules) expect(found).toContain(name);
	});

	it.each([
		["signaling/protocol/a.ts", 'import * as v from "valibot"; import { PortholeError } from "./errors.ts";'],
		["app/viewer/a.ts", 'import { connectSignaling } from "../../signaling/client.ts"; import "react";'],
		["server/devices/x11/a.ts", 'import { source } from "./source.ts"; import "../provider.ts";'],
		["server/webrtc/werift/a.ts", 'import { RtpHeader } from "werift"; import "../sender/sender.ts";'],
		["server/index.ts", 'import { createHost } from "./start-host.ts";'],
		["server/start-host.ts", 'import { createX11Provider } from "../devices/x11/provider.ts";'],
		["server/cli/serve.ts", 'const { serve } = await import("../index.ts");'],
	])("find none in %s: %s", (path, text) => {
		expect(brokenRules([{ path, text }])).toEqual([]);
	});

	it("leave the addon's file to the one that loads it and the one that builds it", () => {
		const naming = code.filter(({ text }) => /porthole\.node|dlopen/.test(text)).map(({ path }) => path);
		expect(naming.sort()).toEqual(["server/native/load.ts", "setup/addon.mjs"]);
	});

	it("keep the protocol free of what only a browser or only Node has", () => {
		const globals =
			/\b(window|document|navigator|location|localStorage|WebSocket|RTC\w+|HTML\w+|process|Buffer|require)\b/;
		for (const { path, text } of code.filter((file) => file.path.startsWith("signaling/protocol/"))) {
			expect(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""), path).not.toMatch(globals);
		}
	});
});

describe("the clocks", { timeout: 60_000 }, () => {
	/** Where a clock is read; everything else is handed one. */
	const readers = ["native/clock.h", "setup/step.mjs", "signaling/clock.ts", "signaling/protocol/time.ts"];
	const reads =
		/\bDate\.now\b|\bnew Date\(\)|\bperformance\.(now|timeOrigin)\b|\bhrtime\b|\b(system|steady|high_resolution)_clock\b|\bclock_gettime\b|\bgettimeofday\b/;
	/** What has to do with the time of day: expiry, logs, what people read, and those who hand it on. */
	const wall = [
		/^app\/components\/(devices\/device-card|screen\/use-video|sharing\/share-(dialog|form))\.tsx?$/,
		/^app\/viewer\/screen\/screenshot-file\.ts$/,
		/^server\/(log|start-host|start-signaling)\.ts$/,
		/^server\/(devices\/demo|host)\//,
		/^signaling\/(audit|turn)\.ts$/,
		/^signaling\/(auth|protocol)\//,
		/^signaling\/http\/grants\.ts$/,
		/^signaling\/rooms\/(device-directory|participants|room|signaling-server|viewers)\.ts$/,
	];
	/** How long until something expires is the one interval that the wall clock decides. */
	const untilExpiry = [
		"app/components/sharing/share-form.tsx",
		"signaling/auth/cookies.ts",
		"signaling/auth/grant-book.ts",
	];

	it("are read in one place of each language", () => {
		const found = sources.filter(({ text }) => reads.test(text)).map(({ path }) => path);
		expect(found.sort()).toEqual(readers);
	});

	it("show the time of day only to what has to do with it", () => {
		const found = code.filter(({ text }) => /\b[wW]all(Clock|Time)\b/.test(text)).map(({ path }) => path);
		expect(found.filter((path) => !wall.some((one) => one.test(path)))).toEqual([]);
	});

	it("are never mixed, and no interval is measured on the wall clock", () => {
		const paths = code.map(({ path }) => path).filter((path) => /^(app|server|signaling)\//.test(path));
		const faults = clockFaults(paths);
		for (const path of untilExpiry) expect(faults.some((fault) => fault.startsWith(path))).toBe(true);
		expect(faults.filter((fault) => !untilExpiry.some((path) => fault.startsWith(path)))).toEqual([]);
	});

	const misuses = [
		["now - wall()", "mixes"],
		["wall() < now", "mixes"],
		["due > clock.now()", "mixes"],
		["wall() - since", "measures"],
		["Math.max(0, wall() - since)", "measures"],
		["waitUntil(wall() + 5)", "gives a wall time where a monotonic one is wanted"],
		["expire(clock.now() + 5)", "gives a monotonic time where a wall one is wanted"],
	] as const;
	const uses = [
		"now - clock.now()",
		"now + 5 > clock.now()",
		"wall() > since",
		"waitUntil(clock.now() + 5)",
		"expire(wall() + 5)",
		"[since].sort((one, other) => one - other)",
	];

	it("are found to be misused, and to be used well", () => {
		const expressions = [...misuses.map(([expression]) => expression), ...uses];
		const path = (expression: string) => `signaling/rooms/clock-use-${expressions.indexOf(expression)}.ts`;
		const texts = expressions.map((expression) => [
			path(expression),
			`
				import type { Clock, MonotonicTime, WallClock, WallTime } from "../protocol/time.ts";
				declare const clock: Clock, wall: WallClock, since: WallTime;
				declare function waitUntil(time: MonotonicTime): void;
				declare function expire(time: WallTime): void;
				const now = clock.now();
				const due = wall() + 20;
				${expression};
			`,
		]);
		const faults = clockFaults(expressions.map(path), Object.fromEntries(texts));
		for (const [expression, fault] of misuses)
			expect(faults).toContainEqual(expect.stringMatching(`^${path(expression)}:.*${fault}`));
		expect(faults).toHaveLength(misuses.length);
	});
});

describe("the shape of the code", () => {
	it("has no file that is a drawer for anything", () => {
		const drawers = everything.filter(({ path }) =>
			/(^|[/-])(utils?|helpers?|misc|common)(\/|\.[a-z]+$|\.test\.ts$)/.test(path),
		);
		expect(drawers.map(({ path }) => path)).toEqual([]);
	});

	it("has default exports only where a tool asks for them", () => {
		const asked = /^(app\/(.*\/)?(page|layout|not-found)\.tsx|[a-z]+\.config\.(mjs|ts))$/;
		const others = everything.filter(
			({ path, text }) => /^export default\b|^export \{[^}]*\bas default\b/m.test(text) && !asked.test(path),
		);
		expect(others.map(({ path }) => path)).toEqual([]);
	});

	it("has each test where its source is", () => {
		const paths = new Set(sources.map(({ path }) => path));
		const own = /^test\/((architecture|workflow)\.test\.ts|(e2e|bench|gallery|native|support)\/)/;
		const astray = everything
			.map(({ path }) => path)
			.filter((path) => /\.test\.tsx?$/.test(path) && !own.test(path))
			.filter((path) => {
				// A side of a source may have a file of its own: grant-book.model.test.ts.
				const source = path.slice("test/".length).replace(/(\.[a-z-]+)?\.test\.tsx?$/, "");
				return ![".ts", ".tsx", ".mjs"].some((extension) => paths.has(source + extension));
			});
		expect(astray).toEqual([]);
	});
});

it("gives every package that runs a reason in docs/dependencies.md", () => {
	const reasons = readFileSync(join(root, "docs/dependencies.md"), "utf8");
	const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const untold = Object.keys(dependencies).filter((name) => !reasons.includes(`\`${name}\``));
	expect(untold).toEqual([]);
});

it("names for every promise in docs/security.md a test that is there", () => {
	const text = readFileSync(join(root, "docs/security.md"), "utf8");
	const [, promises = ""] = text.split("## What is promised");
	const rows = (promises.split("## What is not promised")[0] ?? "")
		.split("\n")
		.filter((line) => line.startsWith("| ") && !/^\| (promise|-)/.test(line));
	expect(rows.length).toBeGreaterThan(15);
	for (const row of rows) {
		const tests = [...row.matchAll(/`([\w./-]+(?:\.test\.ts|\/fuzz))`/g)].map(([, path = ""]) => path);
		expect(tests, row).not.toEqual([]);
		expect(tests.filter((path) => !existsSync(join(root, "test", path)))).toEqual([]);
	}
});

it("keeps ARCHITECTURE.md short enough for one sitting, with paths that are there", () => {
	const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
	expect(text.split("\n").length).toBeLessThanOrEqual(250);
	const paths = [...text.matchAll(/`((?:app|server|signaling|native|test|docs)\/[\w./-]+)`/g)].map(
		([, path = ""]) => path,
	);
	expect(paths.length).toBeGreaterThan(10);
	expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
