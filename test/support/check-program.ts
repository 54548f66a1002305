import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Lines of a program that prints one a check, whatever its exit code. */
export async function linesOf(program: string, names: readonly string[] = []): Promise<string[]> {
	const { stdout, stderr } = await run(program, names, { timeout: 55_000 }).catch(
		(error: { stdout: string; stderr: string }) => error,
	);
	return (stdout + stderr).trim().split("\n");
}
