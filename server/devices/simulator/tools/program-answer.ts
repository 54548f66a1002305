import * as v from "valibot";
import { simulatorError } from "../errors.ts";

/** Reads the JSON that a program answered. `asked`: its name and arguments. Throws PortholeError `bad-answer`. */
export function readAnswer<Schema extends v.GenericSchema>(
	schema: Schema,
	output: Buffer,
	asked: readonly string[],
): v.InferOutput<Schema> {
	try {
		return v.parse(schema, JSON.parse(output.toString("utf8")));
	} catch (cause) {
		throw simulatorError("bad-answer", `${asked.join(" ")} answered what cannot be read.`, cause);
	}
}
