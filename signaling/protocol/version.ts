/** Version of the signaling protocol, sent in the first message of either side. Raised when an old client must reload. */
export const PROTOCOL_VERSION = 1;
