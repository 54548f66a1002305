import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Where CI wants the results as JSON. */
const results = process.env.PORTHOLE_TEST_RESULTS;

/** Tests that are run with mediasoup too, where it was installed. */
const mediasoupToo =
	process.env.PORTHOLE_MEDIASOUP === "0" || !existsSync(".setup/mediasoup/mediasoup-worker")
		? []
		: ["picture", "media-path", "input", "held-input"].map((name) => `test/e2e/${name}.test.ts`);

export default defineConfig({
	test: {
		reporters: results ? ["default", ["json", { outputFile: results }]] : ["default"],
		projects: [
			{
				test: {
					name: "unit",
					pool: "forks",
					include: ["test/**/*.test.{ts,tsx}"],
					exclude: ["node_modules/**", "test/native/**", "test/e2e/**"],
				},
			},
			{
				test: {
					name: "native",
					pool: "forks",
					include: ["test/native/**/*.test.ts"],
					testTimeout: 60_000,
					hookTimeout: 30_000,
				},
			},
			{
				test: {
					name: "e2e",
					pool: "forks",
					include: ["test/e2e/**/*.test.ts"],
					testTimeout: 60_000,
					hookTimeout: 60_000,
					fileParallelism: false,
				},
			},
			{
				// The same tests with the other media engine: those that media and input go through.
				test: {
					name: "e2e-mediasoup",
					pool: "forks",
					include: mediasoupToo,
					env: { PORTHOLE_ENGINE: "mediasoup" },
					testTimeout: 60_000,
					hookTimeout: 60_000,
					fileParallelism: false,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
});
