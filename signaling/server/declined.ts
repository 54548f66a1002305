import { PortholeError } from "../protocol/errors.ts";

/**
 * What a client asked for, in good form, cannot be had now. It is told so; unlike nonsense that does not bring its line
 * nearer to its end.
 */
export class Declined extends PortholeError {
	constructor(code: string, message: string) {
		super(code, message);
		this.name = "Declined";
	}
}
