import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { endTogether } from "./test/support/end-together.ts";

endTogether();

/** Where CI wants the results as JSON. */
const results = process.env.PORTHOLE_TEST_RESULTS;

/** `npm run test:all`: also what only rare changes can break, see CONTRIBUTING.md. */
const all = process.env.PORTHOLE_TESTS === "all";

// For every Node that tests start: half of what a start of Porthole costs is compiling its sources.
process.env.NODE_COMPILE_CACHE ??= resolve("node_modules/.cache/compiled");

/** Long tests of what rarely changes: a guest machine, the packed package, mutations, the macOS check, long waits. */
const long = [
	"test/e2e/packed.test.ts",
	"test/e2e/vsock.test.ts",
	"test/**/*.long.test.ts",
	"test/native/macos/**/*.test.ts",
];

/** Unit tests of what a worker thread may not do: `process.umask()`. */
const ownProcess = ["test/server/devices/hxfr/**/*.test.ts"];

/** End-to-end tests whose subject is time: they run when nothing else does. */
const alone = ["held-input", "host-shutdown"].map((name) => `test/e2e/${name}.test.ts`);

/** End-to-end tests that `test:all` also runs with mediasoup, where its worker is kept. */
const withMediasoup =
	!all || process.env.PORTHOLE_MEDIASOUP === "0" || !existsSync(".setup/mediasoup/mediasoup-worker")
		? []
		: ["picture", "media-path", "input", "held-input"].map((name) => `test/e2e/${name}.test.ts`);

/** What property tests try is random, but the same in every run. */
const seeded = ["test/support/seeded-properties.ts"];

/** How long what is waited for may take on a busy machine: Vitest's own second is nothing there. */
const patience = { poll: { timeout: 20_000, interval: 20 } };

/** Half of the frames a second that a host would send: encoding and showing them is most of what these tests cost. */
const endToEnd = {
	pool: "forks" as const,
	expect: patience,
	testTimeout: 60_000,
	hookTimeout: 60_000,
	env: { PORTHOLE_FPS: "30" },
};

export default defineConfig({
	test: {
		reporters: results ? ["default", ["json", { outputFile: results }]] : ["default"],
		// Vitest's own would be one on two cores, although most tests wait.
		maxWorkers: 2,
		// Groups run one after the other; within one, files run beside each other.
		projects: [
			{
				test: {
					name: "unit",
					setupFiles: seeded,
					expect: patience,
					pool: "threads",
					isolate: false,
					testTimeout: 30_000,
					include: ["test/**/*.test.{ts,tsx}"],
					exclude: ["node_modules/**", "test/native/**", "test/e2e/**", ...long, ...ownProcess],
					sequence: { groupOrder: 0 },
				},
			},
			{
				test: {
					name: "process",
					setupFiles: seeded,
					expect: patience,
					pool: "forks",
					testTimeout: 30_000,
					include: ownProcess,
					sequence: { groupOrder: 0 },
				},
			},
			{
				test: {
					name: "native",
					setupFiles: seeded,
					expect: patience,
					pool: "forks",
					include: ["test/native/**/*.test.ts"],
					exclude: long,
					testTimeout: 60_000,
					hookTimeout: 30_000,
					sequence: { groupOrder: 1 },
				},
			},
			{
				test: {
					...endToEnd,
					name: "e2e",
					include: ["test/e2e/**/*.test.ts"],
					exclude: [...long, ...alone],
					sequence: { groupOrder: 2 },
				},
			},
			{
				test: {
					...endToEnd,
					name: "e2e-alone",
					include: alone,
					fileParallelism: false,
					sequence: { groupOrder: 3 },
				},
			},
			{
				test: {
					...endToEnd,
					name: "e2e-mediasoup",
					include: withMediasoup,
					env: { ...endToEnd.env, PORTHOLE_ENGINE: "mediasoup" },
					fileParallelism: false,
					sequence: { groupOrder: 4 },
				},
			},
			{
				test: {
					...endToEnd,
					name: "long",
					include: all ? long : [],
					testTimeout: 600_000,
					fileParallelism: false,
					sequence: { groupOrder: 5 },
				},
			},
		],
	},
});
