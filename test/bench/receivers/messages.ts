/** What the receivers' process is told on standard input, one JSON line each. */
export type ReceiversOrder =
	/** Have this many receivers in all. */
	| { readonly order: "grow"; readonly to: number }
	/** Measure from now on. */
	| { readonly order: "measure" }
	/** Tell what was measured. */
	| { readonly order: "report" };

/** What it says on standard output, one JSON line each. */
export type ReceiversAnswer =
	| { readonly answer: "grown"; readonly connected: number; readonly failed: readonly string[] }
	| {
			readonly answer: "report";
			/** Capture to last packet of a frame at the receivers that look, ms. */
			readonly delays: readonly number[];
			/** Packets of receivers that look, each. */
			readonly packets: readonly number[];
			/** Of each connection, such as `connected`. */
			readonly states: readonly string[];
	  };
