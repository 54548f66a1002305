import { defineConfig } from "vitest/config";

const everywhere = { exclude: ["node_modules/**"] };

export default defineConfig({
	test: {
		reporters: ["default"],
		projects: [
			{
				test: {
					...everywhere,
					name: "unit",
					pool: "forks",
					include: ["test/**/*.test.{ts,tsx}"],
					exclude: ["node_modules/**", "test/native/**", "test/e2e/**"],
				},
			},
			{
				test: {
					...everywhere,
					name: "native",
					pool: "forks",
					include: ["test/native/**/*.test.ts"],
					testTimeout: 60_000,
					hookTimeout: 30_000,
				},
			},
			{
				test: {
					...everywhere,
					name: "e2e",
					pool: "forks",
					include: ["test/e2e/**/*.test.ts"],
					testTimeout: 60_000,
					hookTimeout: 60_000,
					fileParallelism: false,
				},
			},
		],
	},
});
